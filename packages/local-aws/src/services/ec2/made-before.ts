import { ServiceFault } from '../../core/fault.ts';

/** The request that made a thing, kept under its client token. */
export interface MadeBy {
  readonly clientToken: string;
  readonly request: string;
}

/**
 * The thing that an earlier request with the same client token made; undefined where there is none. The same token with other
 * parameters is refused. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export const madeBefore = <Thing extends { readonly madeBy?: MadeBy }>(
  things: Iterable<Thing>,
  input: { readonly ClientToken?: string | undefined },
): Thing | undefined => {
  const before = [...things].find(
    ({ madeBy }) => madeBy !== undefined && madeBy.clientToken === input.ClientToken,
  );
  if (before !== undefined && before.madeBy?.request !== JSON.stringify(input))
    throw new ServiceFault(
      'IdempotentParameterMismatch',
      'The client token you have provided is associated with a resource whose parameters differ from this request.',
    );
  return before;
};

/** What is kept of a request that makes something; nothing without a token. */
export const madeBy = (input: { readonly ClientToken?: string | undefined }): { madeBy?: MadeBy } =>
  input.ClientToken === undefined
    ? {}
    : { madeBy: { clientToken: input.ClientToken, request: JSON.stringify(input) } };
