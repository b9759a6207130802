// What `doctor` asks AWS about an account. Reads only. Each rejects with the SDK's own errors, which doctor tells as
// "could not be looked at": a missing permission must not hide the other findings.

export interface Subnet {
  subnetId: string;
  zone: string;
  freeAddresses: number;
  publicAddresses: boolean;
  tags: Record<string, string>;
}

export interface SecurityGroup {
  groupId: string;
  vpcId: string;
  tags: Record<string, string>;
}

export interface Inspector {
  /** Does the role exist? */
  hasRole(name: string): Promise<boolean>;
  /** Value of a quota; undefined where the account has none of that code. */
  quota(service: string, code: string): Promise<number | undefined>;
  /** Those that exist. */
  subnets(ids: readonly string[]): Promise<Subnet[]>;
  securityGroups(ids: readonly string[]): Promise<SecurityGroup[]>;
  /** Undefined when there is no such parameter. */
  parameter(name: string): Promise<string | undefined>;
  vcpus(instanceTypes: readonly string[]): Promise<Map<string, number>>;
  /** 1 to 10 by zone name; EC2 wants at least three types. */
  placementScores(instanceTypes: readonly string[]): Promise<Map<string, number>>;
  deployed(functionName: string): Promise<{ version: string | undefined; lastModified: string | undefined }>;
}
