// What the user can fix about starting the local region: shown as one line, without a stack.

export class LocalError extends Error {
  override readonly name = 'LocalError';
}
