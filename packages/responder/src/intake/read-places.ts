import {
  DescribeAccountCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { factsNeeded, POLICY_TAG_KEY, type AccountPlace, type Finding } from '@cordon/incident';
import * as z from 'zod';
import { classify, faultCode } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/** How long a warm function takes an account's tags, and another account's units, as they were. */
const REMEMBERED_MS = 5 * 60_000;
/** Accounts that a warm function remembers at most, and that are looked up for one finding. */
const MOST_REMEMBERED = 500;
const MOST_ACCOUNTS = 20;

/** What is asked about the accounts of a finding. */
export interface AskedPlaces {
  /** Whether the finding's account is of this organization; rejects when Organizations does not say. */
  readonly isMember: Promise<boolean>;
  /** Never rejects: what could not be read is left out. */
  readonly places: Promise<ReadonlyMap<string, AccountPlace>>;
}

/**
 * Asks, in one round side by side, what the policy needs to know of the accounts that a finding names. Membership is asked
 * in any case, and AWS tells the units with it (aws-facts 6, `Account.Paths`): so units cost no call more, and tags one, beside
 * the others, if some rule names them.
 */
export const askPlaces = (finding: Finding, services: Services): AskedPlaces => {
  const needed = factsNeeded(services.config.policy.rules);
  const others = [...new Set(finding.subjects.map(({ account }) => account))]
    .filter((account) => account !== finding.account)
    .slice(0, MOST_ACCOUNTS);
  const own = describe(finding.account, services.own);
  const unitsOf = (account: string): Promise<readonly string[] | undefined> =>
    account === finding.account
      ? own.then((paths) => paths && unitsIn(paths)).catch(() => undefined)
      : remembered(`units/${account}`, services, {
          schema: units,
          read: async () => {
            const paths = await describe(account, { ...services.own, impatient: true });
            return paths && unitsIn(paths);
          },
        });
  const tagsOf = (account: string) =>
    needed.accountTags
      ? remembered(`tags/${account}`, services, {
          schema: tags,
          read: () => readTags(account, { ...services.own, impatient: true }),
        })
      : Promise.resolve(undefined);
  // The limits count by unit, whether rules name units or not; other accounts are asked only if rules do.
  const asked = [finding.account, ...(needed.units || needed.accountTags ? others : [])];
  const places = Promise.all(
    asked.map(async (account): Promise<readonly [string, AccountPlace]> => {
      const [units, tags] = await Promise.all([unitsOf(account), tagsOf(account)]);
      return [account, { units, tags }];
    }),
  ).then((found) => new Map(found));
  // It is awaited by whoever verifies; until then a refusal must not count as unhandled.
  own.catch(() => undefined);
  return { isMember: own.then((paths) => paths !== undefined), places };
};

/** An account's paths, such as `o-abc/r-abc/ou-abc-def/111122223333/`; undefined where the organization has no such account. */
const describe = async (account: string, connection: Connection): Promise<readonly string[] | undefined> => {
  try {
    const { Account: found } = await clientFor(OrganizationsClient, connection).send(
      new DescribeAccountCommand({ AccountId: account }),
    );
    return found?.Paths ?? [];
  } catch (error) {
    if (faultCode(error) === 'AccountNotFoundException') return undefined;
    throw error;
  }
};

/** The root and the units of a path, the root first; undefined where AWS told no path. */
const unitsIn = ([path]: readonly string[]): string[] | undefined =>
  path?.split('/').filter((part) => /^(r|ou)-/.test(part));

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html */
const readTags = async (account: string, connection: Connection): Promise<Record<string, string>> => {
  const client = clientFor(OrganizationsClient, connection);
  let token: string | undefined;
  // An account has 50 tags at most; a page may be empty and still not be the last (aws-facts 6).
  for (let page = 0; page < 10; page += 1) {
    const answer = await client.send(
      new ListTagsForResourceCommand({
        ResourceId: account,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    const found = answer.Tags?.find(({ Key: key }) => key === POLICY_TAG_KEY);
    if (found?.Value !== undefined) return { [POLICY_TAG_KEY]: found.Value };
    token = answer.NextToken;
    if (token === undefined) return {};
  }
  throw Object.assign(new Error(`the tags of ${account} do not end`), {
    name: 'TooManyPages',
    code: 'TooManyPages',
  });
};

/** What is read and, as JSON, remembered. */
interface Fact<Value> {
  readonly schema: z.ZodType<Value>;
  readonly read: () => Promise<Value | undefined>;
}

const units = z.array(z.string());
const tags = z.record(z.string(), z.string());

/** What was read a short while ago, or is read now; undefined when it cannot be read, which is said in the log. */
const remembered = async <Value>(
  name: string,
  services: Services,
  { schema, read }: Fact<Value>,
): Promise<Value | undefined> => {
  const key = `place/${name}`;
  const held = services.remembered.get(key);
  if (held !== undefined) {
    const { at, value } = z.object({ at: z.number(), value: schema }).parse(JSON.parse(held));
    if (services.now() - at < REMEMBERED_MS) return value;
  }
  try {
    const value = await read();
    forgetMany(services.remembered);
    if (value !== undefined) services.remembered.set(key, JSON.stringify({ at: services.now(), value }));
    return value;
  } catch (error) {
    const { code } = classify(error);
    services.log({
      level: 'error',
      message: 'a fact that the policy asks for cannot be read',
      fact: name,
      code,
    });
    return undefined;
  }
};

const forgetMany = (all: Map<string, string>): void => {
  const places = [...all.keys()].filter((key) => key.startsWith('place/'));
  if (places.length >= MOST_REMEMBERED) for (const key of places) all.delete(key);
};
