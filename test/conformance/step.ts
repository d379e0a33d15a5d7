import type { Clients } from './clients.ts';
import type { Known } from './known.ts';

/** What a step acts with: the same on each side, save for what stands behind the endpoint. */
export interface At {
  /** As an administrator of the account that is worked in. */
  readonly member: Clients;
  /** As an administrator of the organization's management account. */
  readonly management: Clients;
  /** Clients with these keys. */
  readonly as: (keys: Keys) => Clients;
  readonly known: Known;
  /** How many looks what is not done at once is worth. */
  readonly looks: number;
}

/** What a client signs with, as STS gives it. */
export interface Keys {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
}

/** One call that is made on both sides, and whose answers are compared. */
export interface Step {
  /** `service: what it does`; unique. */
  readonly name: string;
  /** Lists in the answer have an order that AWS promises; otherwise it does not count. */
  readonly ordered: boolean;
  readonly run: (at: At) => Promise<object>;
}

interface More<Answer> {
  /** Values of the answer that later steps need, by name; they are compared as that name. */
  readonly keep?: (answer: Answer) => Readonly<Record<string, string | undefined>>;
  /** The call is made again until this holds of its answer: for what AWS does after it has answered. */
  readonly until?: (answer: Answer) => boolean;
  readonly ordered?: boolean;
}

/** Declares a step. An answer that never comes to what `until` wants is compared as it is. */
export const step = <Answer extends object>(
  name: string,
  call: (at: At) => Promise<Answer>,
  { keep, until, ordered = false }: More<Answer> = {},
): Step => ({
  name,
  ordered,
  run: async (at) => {
    let answer = await call(at);
    for (let look = 1; until !== undefined && !until(answer) && look < at.looks; look += 1)
      answer = await call(at);
    for (const [key, value] of Object.entries(keep?.(answer) ?? {})) at.known.keep(key, value);
    return answer;
  },
});
