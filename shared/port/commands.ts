// What the loop needs of SSM: agents, commands to hosts and their answers, parameters.

export type AgentPing = { instanceId: string; online: boolean; agentVersion: string };

export type HostDocument = 'format' | 'adopt' | 'start' | 'stop' | 'probe';

export type HostCommandStatus =
  | { kind: 'pending' }
  | { kind: 'done'; ok: boolean; output: string; truncated: boolean }
  /** Delivery or execution time-out, cancelled, undeliverable. Says nothing about what the host did. */
  | { kind: 'undelivered'; code: string };

/** SSM. `send` has no token and is sent once; the operation id inside the parameters makes it idempotent on the host. */
export interface HostCommands {
  /** Agents among the given instances that are registered now. */
  agents(instanceIds: string[]): Promise<AgentPing[]>;
  send(request: {
    document: HostDocument;
    instanceId: string;
    parameters: Record<string, string>;
  }): Promise<{ commandId: string }>;
  result(commandId: string, instanceId: string): Promise<HostCommandStatus>;
  /** The value of a public or own parameter. */
  parameter(name: string): Promise<string>;
  /** Overwrites. Parameter Store has no compare-and-set: only for values pinned by their hash elsewhere. */
  putParameter(name: string, value: string): Promise<void>;
}
