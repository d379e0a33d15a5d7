/** Bytes that a guest writes to a volume: blocks of 524,288 bytes; `content` names what they are derived from. */
export interface WrittenExtent {
  readonly firstBlock: number;
  readonly blocks: number;
  readonly content: string;
}

/** A volume that is attached to the instance when a step begins, as the guest sees it. */
export interface GuestDevice {
  /** The name that it was attached by, such as `/dev/sdf`. */
  readonly deviceName: string;
  readonly volumeId: string;
  readonly sizeGiB: number;
  /** What is on it when the step begins, the latest last; of a volume made from a snapshot, what the snapshot has. */
  readonly written: readonly (WrittenExtent & { readonly flippedByte?: number | undefined })[];
  /**
   * Writes to it. The bytes are there `atSecond` seconds after the step began (at its end when absent), unless the step was cut, the
   * instance stopped or the volume detached before that.
   */
  write(extent: WrittenExtent, atSecond?: number): void;
}

/** A step of a document, with the values of its parameters put in. */
export interface GuestStep {
  readonly name: string;
  readonly action: 'aws:runShellScript' | 'aws:runPowerShellScript';
  readonly commands: readonly string[];
  /** Variables of parameters that go by `ENV_VAR`, named `SSM_` and the parameter. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly timeoutSeconds: number;
}

/** A request by HTTP, and its answer, as a program on the host sends and gets them. */
export interface GuestRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}
/** `status` 0 where the host does not reach it: then `body` says why. */
export interface GuestAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** What the agent has the guest do. */
export interface GuestCommand {
  readonly instanceId: string;
  readonly documentName: string;
  readonly documentVersion: string;
  /** With defaults. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly step: GuestStep;
  readonly devices: readonly GuestDevice[];
  /**
   * Sends a signed link's request to S3, as a program on the host does, over the connections that the network lets it open at that time and through
   * the endpoint of its VPC. All of it happens as the step begins, however long the step takes.
   */
  readonly fetch: (request: GuestRequest) => Promise<GuestAnswer>;
  /** Virtual epoch ms at which the step begins. */
  readonly now: number;
}

/** What became of a step; `seconds` from its start. */
export interface GuestResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** What runs inside of an instance, as its SSM Agent sees it. Pure but for what it sends: the same command and answers have the same result. */
export interface Guest {
  readonly platform: 'Linux' | 'Windows';
  /** Such as `Amazon Linux`. */
  readonly platformName: string;
  readonly platformVersion: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly agentVersion: string;
  /** Called once for each step that the platform has, in order. */
  run(command: GuestCommand): GuestResult | Promise<GuestResult>;
}
