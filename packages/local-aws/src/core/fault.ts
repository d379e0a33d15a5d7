/** An error that AWS would answer: the code as its clients see it, the message, the HTTP status and modelled members. */
export class ServiceFault extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    more: { status?: number; fields?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = more.status ?? 400;
    this.fields = more.fields ?? {};
  }
}
