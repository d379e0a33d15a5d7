import type { TestClients } from './test-gateway.ts';

/** One operation sent by a real client: what it sends must arrive, and what is answered must come back. */
interface RoundTrip {
  /** `service:Operation`, as it must be decoded. */
  readonly name: string;
  readonly arrives: object;
  readonly output: object;
  readonly returns: object;
  readonly send: (aws: TestClients) => Promise<object>;
}

/** The output as the gateway is given it: blobs are plain bytes, which the client wraps in its own stream types. */
type Answered<Output> = Omit<Output, '$metadata' | 'Body' | 'BlockData' | 'Payload'> & {
  readonly Body?: Uint8Array;
  readonly BlockData?: Uint8Array;
  readonly Payload?: Uint8Array;
};

/** A round trip whose input and output are checked against the SDK's own types for the command. */
interface TypedRoundTrip<Input extends object, Output extends object> {
  readonly send: (aws: TestClients, input: Input) => Promise<Output>;
  readonly input: NoInfer<Input>;
  readonly output: Answered<NoInfer<Output>>;
  /** What must arrive where the SDK adds to its input (S3 checksums, lengths); the input itself by default. */
  readonly arrives?: object;
  /** What must come back where the client adds to the output; the output itself by default. */
  readonly returns?: object;
}

/** Makes a row for the round-trip table. */
export function row<Input extends object, Output extends object>(
  name: string,
  { send, input, output, arrives = input, returns = output }: TypedRoundTrip<Input, Output>,
): RoundTrip {
  return { name, arrives, output, returns, send: (aws) => send(aws, input) };
}
