import type { AuthorizationRequest, CompiledPolicy, Statement } from '@cordon/iam';

/** A condition key of a given statement on which the replay can say less than AWS will. */
export interface UnjudgedKey {
  readonly policy: string;
  readonly sid: string;
  readonly key: string;
  readonly because: string;
}

/** A given policy and a request that it bears on by its place. */
interface Bearing {
  readonly policy: CompiledPolicy;
  readonly request: AuthorizationRequest;
}

/**
 * Keys that AWS does not give to these requests either: functions stand in no VPC, a session or request without a tag has
 * none, and the source keys come with services alone. Their absence is a fact, not a gap.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const ABSENT_IN_AWS_TOO =
  /^aws:(?:(?:principaltag|requesttag)\/.*|tagkeys|sourcevpc|sourcevpce|vpcsourceip|source(?:account|arn|orgid|orgpaths)|principalservicename|principalservicenameslist)$/;

/** Keys that are given, but with the drill's value in place of the organization's own. */
const OF_THE_DRILL: readonly (readonly [RegExp, string])[] = [
  [/^aws:(?:principal|resource)orgpaths$/, 'the accounts of the drill stand directly under the root'],
  [/^(?:aws|[a-z0-9]+):resourcetag\//, 'the tags of your resources are not known here'],
  [/^aws:(?:currenttime|epochtime|tokenissuetime)$/, 'the drill has a clock of its own'],
  [/^aws:userid$/, 'unique ids of roles are of the drill'],
];

const VARIABLE = /\$\{([^}',]+)/g;

/** Every key that a statement looks at: in its conditions, and by variables. Lower case. */
const keysOf = ({ conditions, resource }: Statement): ReadonlySet<string> => {
  const values = [...(resource?.patterns ?? []), ...conditions.flatMap((clause) => clause.values)];
  const variables = values.flatMap((value) => [...value.matchAll(VARIABLE)].map(([, key]) => key ?? ''));
  return new Set(
    [...conditions.map(({ key }) => key), ...variables]
      .filter((key) => key.includes(':'))
      .map((key) => key.toLowerCase()),
  );
};

const whyUnjudged = (key: string, requests: readonly AuthorizationRequest[]): string | undefined => {
  const drills = OF_THE_DRILL.find(([pattern]) => pattern.test(key))?.[1];
  if (drills !== undefined) return drills;
  if (ABSENT_IN_AWS_TOO.test(key)) return undefined;
  const given = requests.some(({ context }) =>
    Object.keys(context).some((known) => known.toLowerCase() === key),
  );
  return given ? undefined : 'it is never given here, so that the answer rests on its absence';
};

/**
 * Lists the condition keys of given statements that cannot be judged here: keys that no request about such an action carries,
 * and keys whose value is the drill's own.
 */
export const unjudgedKeys = (bearings: readonly Bearing[]): readonly UnjudgedKey[] =>
  [...Map.groupBy(bearings, ({ policy }) => policy)].flatMap(([policy, each]) =>
    policy.statements.flatMap((statement) => {
      const { sid } = statement;
      const requests = each
        .map(({ request }) => request)
        .filter(({ action }) => statement.matchesAction(action.toLowerCase()));
      if (requests.length === 0) return [];
      return [...keysOf(statement)].flatMap((key) => {
        const because = whyUnjudged(key, requests);
        return because === undefined ? [] : [{ policy: policy.name, sid, key, because }];
      });
    }),
  );
