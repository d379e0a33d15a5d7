import type { Effect, PatternClause, Policy, PolicyVersion, PrincipalClause, Statement } from './policy.ts';
import { isJsonObject, readStrings, refusal, refuseUnknownMembers, shown } from './json.ts';
import type { JsonObject, Place } from './json.ts';
import { parseConditions } from './parse-condition.ts';
import { parsePrincipal } from './parse-principal.ts';

const STATEMENT_ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
] as const;

/** `*`, or `service:name` with wildcards in the name only. */
const ACTION = /^(?:\*|[a-z0-9-]+:[a-z0-9*?]+)$/i;

/**
 * Parses a policy document (already JSON, not text) strictly: an unknown element, operator, principal type or version throws
 * PolicyError naming it, because a policy read in part is a policy misread.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(document: unknown, name: string): Policy {
  const place: Place = { policy: name, at: 'document' };
  if (!isJsonObject(document)) throw refusal(place, `got ${shown(document)}; want a JSON object`);
  refuseUnknownMembers(document, ['Version', 'Id', 'Statement'], place);
  const { Id: id = '' } = document;
  if (typeof id !== 'string') throw refusal(place, `Id ${shown(id)}; want a string`);
  const listed = document['Statement'];
  if (listed === undefined) throw refusal(place, 'no Statement element');
  const sources: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
  const statements = sources.map((source, index) => parseStatement(source, index, name));
  refuseRepeatedSids(statements, place);
  return { name, version: readVersion(document['Version'], place), statements };
}

function readVersion(value: unknown, place: Place): PolicyVersion {
  // A document without Version is read as 2008-10-17, where `${...}` is literal text.
  if (value === undefined) return '2008-10-17';
  if (value === '2012-10-17' || value === '2008-10-17') return value;
  throw refusal(place, `Version ${shown(value)}; want "2012-10-17" (or the older "2008-10-17")`);
}

function refuseRepeatedSids(statements: readonly Statement[], place: Place): void {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (seen.has(sid))
      throw refusal(place, `Sid ${shown(sid)} is used twice; a decision could not say which one decided`);
    seen.add(sid);
  }
}

function parseStatement(source: unknown, index: number, policy: string): Statement {
  const numbered: Place = { policy, at: `statement #${index + 1}` };
  if (!isJsonObject(source)) throw refusal(numbered, `got ${shown(source)}; want an object`);
  const sid = readSid(source, index, numbered);
  const place: Place = { policy, at: `statement ${sid}` };
  refuseUnknownMembers(source, STATEMENT_ELEMENTS, place);
  const effect = readEffect(source['Effect'], place);
  const action = readPatterns(source, 'Action', place);
  if (action === undefined) throw refusal(place, 'neither Action nor NotAction');
  for (const pattern of action.patterns) {
    if (!ACTION.test(pattern)) throw refusal(place, `action ${shown(pattern)}; want "*" or "service:Name"`);
  }
  const principal = readPrincipal(source, effect, place);
  const written = readPatterns(source, 'Resource', place);
  const resource = principal === undefined && written !== undefined ? withFullArns(written) : written;
  refuseMissingResource({ action, principal, resource }, place);
  const conditions =
    source['Condition'] === undefined
      ? []
      : parseConditions(source['Condition'], { ...place, at: `${place.at}, Condition` });
  return { sid, effect, principal, action, resource, conditions };
}

/**
 * Reads the Sid. IAM's own policies, which name no principal, take letters and digits only; other services take more.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
 */
function readSid(source: JsonObject, index: number, place: Place): string {
  const { NotPrincipal, Principal, Sid: value } = source;
  if (value === undefined || value === '') return `#${index + 1}`;
  if (typeof value !== 'string') throw refusal(place, `Sid ${shown(value)}; want a string`);
  const isIamPolicy = Principal === undefined && NotPrincipal === undefined;
  if (isIamPolicy && !/^[a-z0-9]+$/i.test(value))
    throw refusal(place, `Sid ${shown(value)}; want letters and digits only in a policy that IAM keeps`);
  return value;
}

function readEffect(value: unknown, place: Place): Effect {
  if (value === 'Allow' || value === 'Deny') return value;
  throw refusal(place, `Effect ${shown(value)}; want "Allow" or "Deny" (case matters)`);
}

/** Reads `Action`/`NotAction` or `Resource`/`NotResource`: one of the two or none, never both. */
function readPatterns(
  source: JsonObject,
  element: 'Action' | 'Resource',
  place: Place,
): PatternClause | undefined {
  const plain = source[element];
  const negated = source[`Not${element}`];
  if (plain !== undefined && negated !== undefined)
    throw refusal(place, `both ${element} and Not${element}; keep one`);
  if (plain === undefined && negated === undefined) return undefined;
  return plain === undefined
    ? { negated: true, patterns: readStrings(negated, { ...place, at: `${place.at}, Not${element}` }) }
    : { negated: false, patterns: readStrings(plain, { ...place, at: `${place.at}, ${element}` }) };
}

const ARN_FIELDS = 6;

/**
 * Fills up ARNs cut short after the service, as AWS does where a policy is attached to a principal: `arn:aws:sqs` is
 * `arn:aws:sqs:*:*:*`. (In a session policy AWS refuses them; the document does not show that it is one.)
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
function withFullArns({ negated, patterns }: PatternClause): PatternClause {
  const full = patterns.map((pattern) => {
    const fields = pattern.split(':');
    if (fields[0] !== 'arn' || fields.length < 3) return pattern;
    return `${pattern}${':*'.repeat(Math.max(0, ARN_FIELDS - fields.length))}`;
  });
  return { negated, patterns: full };
}

function readPrincipal(source: JsonObject, effect: Effect, place: Place): PrincipalClause | undefined {
  const { Principal: plain, NotPrincipal: negated } = source;
  if (plain !== undefined && negated !== undefined)
    throw refusal(place, 'both Principal and NotPrincipal; keep one');
  if (plain !== undefined) return parsePrincipal(plain, false, { ...place, at: `${place.at}, Principal` });
  if (negated === undefined) return undefined;
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
  if (effect === 'Allow')
    throw refusal(place, 'NotPrincipal with Allow is not supported by AWS; name the principals');
  return parsePrincipal(negated, true, { ...place, at: `${place.at}, NotPrincipal` });
}

/**
 * Services whose resource policies may leave Resource out, because the policy hangs on the one resource that it is about: role
 * trust, image repositories and file systems.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
const WITHOUT_RESOURCE = /^(?:sts|ecr|elasticfilesystem):/i;

function refuseMissingResource(
  statement: Pick<Statement, 'action' | 'principal' | 'resource'>,
  place: Place,
): void {
  if (statement.resource !== undefined) return;
  const isImplied =
    statement.principal !== undefined &&
    statement.action.patterns.every((pattern) => WITHOUT_RESOURCE.test(pattern));
  if (!isImplied) {
    throw refusal(
      place,
      'neither Resource nor NotResource; only the policy of a role, an ECR repository or a file system may omit it',
    );
  }
}
