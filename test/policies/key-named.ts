import { policiesIn, type Organization } from '@cordon/local-aws';
import { ACCOUNTS, HOME, type AccountName } from './cast.ts';

/** A key of the product: its alias, or its description where it has none, and the account that it lies in. */
export interface NamedKey {
  readonly account: AccountName;
  readonly of: string;
  /** Its Region; home when absent. */
  readonly region?: string;
}

/** ARN of a key, for `on` of a case: key ids are random. The function throws when there is no such key. */
export const keyNamed =
  ({ account, of, region = HOME }: NamedKey): ((organization: Organization) => string) =>
  ({ world }) => {
    const start = `arn:aws:kms:${region}:${ACCOUNTS[account]}:key/`;
    const found = policiesIn(world).find(
      ({ kind, of: name, on }) => kind === 'key' && name === of && on.startsWith(start),
    );
    if (found === undefined)
      throw new Error(`no key of ${account} in ${region} is named ${of}; give its alias, or its description`);
    return found.on;
  };
