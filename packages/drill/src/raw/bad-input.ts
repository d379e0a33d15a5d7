/** What was wrong with what the user gave, and what to do: exit code 2. */
export class BadInput extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'BadInput';
    this.code = code;
    this.hint = hint;
  }
}
