import type { Reading } from '@cordon/incident/doctor';

/** A call that AWS refused or did not answer, by the action that it needs. */
class ReadFailure extends Error {
  override readonly name = 'ReadFailure';
  readonly action: string;
  readonly code: string;

  constructor(action: string, code: string, message: string) {
    super(message);
    this.action = action;
    this.code = code;
  }
}

const BUGS = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

/** Makes a call of the SDK: what AWS answers to it in place of an answer is known by the action. A bug of ours is thrown on. */
export const ask = async <Output>(action: string, send: () => Promise<Output>): Promise<Output> => {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Error) || BUGS.includes(error.name)) throw error;
    throw new ReadFailure(action, error.name, error.message);
  }
};

/** The same where some codes are an answer too: gives `instead` for these. */
export const askOr = async <Output, Instead>(
  action: string,
  send: () => Promise<Output>,
  { codes, instead }: { readonly codes: RegExp; readonly instead: Instead },
): Promise<Output | Instead> => {
  try {
    return await ask(action, send);
  } catch (error) {
    if (error instanceof ReadFailure && codes.test(error.code)) return instead;
    throw error;
  }
};

/** All items of a list that comes in pages. */
export const allPages = async <Item>(
  action: string,
  page: (token: string | undefined) => Promise<{
    readonly items: readonly Item[] | undefined;
    readonly next: string | undefined;
  }>,
): Promise<readonly Item[]> => {
  const found: Item[] = [];
  let token: string | undefined;
  do {
    const { items = [], next } = await ask(action, () => page(token));
    found.push(...items);
    token = next === '' ? undefined : next;
  } while (token !== undefined);
  return found;
};

/** Nobody is told of a failure by an exception: it is part of what was found. */
export const reading = async <Value>(work: () => Promise<Value>): Promise<Reading<Value>> => {
  try {
    return { status: 'read', value: await work() };
  } catch (error) {
    if (!(error instanceof ReadFailure)) throw error;
    const { action, code, message } = error;
    return { status: 'failed', action, code, message };
  }
};
