// ULIDs: 48 bits of time, 80 of chance, 26 characters of Crockford's base 32. Chance and time are given.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `entropy`: 10 bytes. */
export const createUlid = (epochMs: number, entropy: Uint8Array): string => {
  let text = '';
  let time = Math.floor(epochMs);
  for (let i = 0; i < 10; i += 1) {
    text = (ALPHABET[time % 32] ?? '0') + text;
    time = Math.floor(time / 32);
  }
  let bits = 0;
  let value = 0;
  for (const byte of entropy.subarray(0, 10)) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31] ?? '0';
      value &= (1 << bits) - 1;
    }
  }
  return text;
};
