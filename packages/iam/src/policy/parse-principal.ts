import type { PrincipalClause, PrincipalEntry } from './policy.ts';
import { isJsonObject, readStrings, refusal, shown } from './json.ts';
import type { Place } from './json.ts';

const ACCOUNT_ID = /^\d{12}$/;
const ROOT_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):root$/;
const USER_ARN = /^arn:aws[a-z-]*:iam::\d{12}:user\/[^*?]+$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[^*?]+$/;
const SESSION_ARN = /^arn:aws[a-z-]*:sts::\d{12}:assumed-role\/[^*?/]+\/[^*?/]+$/;
const FEDERATED_USER_ARN = /^arn:aws[a-z-]*:sts::\d{12}:federated-user\/[^*?]+$/;
const PROVIDER_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(?:saml|oidc)-provider\/[^*?]+$/;
const PROVIDER_NAME = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
const UNIQUE_ID = /^A(?:RO|ID)A[A-Z0-9]{8,}$/;
const SERVICE_PRINCIPAL = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/;

/**
 * Parses a `Principal` or `NotPrincipal` element.
 *
 * Takes `"*"` or an object of `AWS`, `Service`, `Federated`; gives the entries in order. Throws PolicyError for any other type, CanonicalUser too,
 * and for wildcards and variables inside an ARN, which AWS does not accept.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (where variables may stand)
 */
export function parsePrincipal(value: unknown, negated: boolean, place: Place): PrincipalClause {
  if (value === '*') return { negated, entries: [{ kind: 'anyone' }] };
  if (!isJsonObject(value)) {
    throw refusal(place, `got ${shown(value)}; want "*" or an object of AWS, Service or Federated`);
  }
  const entries = Object.entries(value).flatMap(([type, member]) =>
    readStrings(member, { ...place, at: `${place.at}.${type}` }).map((text) => parseEntry(type, text, place)),
  );
  if (entries.length === 0) throw refusal(place, 'empty object; name at least one principal');
  return { negated, entries };
}

function parseEntry(type: string, text: string, place: Place): PrincipalEntry {
  if (text.includes('${'))
    throw refusal(place, `principal ${shown(text)} holds a variable, which AWS fills into none`);
  switch (type) {
    case 'AWS':
      return parseAwsEntry(text, place);
    case 'Service':
      if (!SERVICE_PRINCIPAL.test(text)) {
        throw refusal(place, `service principal ${shown(text)}; want a name such as "lambda.amazonaws.com"`);
      }
      return { kind: 'service', service: text };
    case 'Federated':
      if (!PROVIDER_ARN.test(text) && !PROVIDER_NAME.test(text)) {
        throw refusal(
          place,
          `federated principal ${shown(text)}; want the ARN of a SAML or OIDC provider, or a name such as "accounts.google.com"`,
        );
      }
      return { kind: 'federated', provider: text };
    case 'CanonicalUser':
      // Only S3 knows these ids, and nothing in a request says which account one stands for.
      throw refusal(
        place,
        `CanonicalUser ${shown(text)} cannot be matched to a caller; name its account by "AWS" instead`,
      );
    default:
      throw refusal(place, `unknown principal type ${shown(type)}; known: AWS, Service, Federated`);
  }
}

function parseAwsEntry(text: string, place: Place): PrincipalEntry {
  if (text === '*') return { kind: 'anyone' };
  if (ACCOUNT_ID.test(text)) return { kind: 'account', account: text };
  const root = ROOT_ARN.exec(text)?.[1];
  if (root !== undefined) return { kind: 'account', account: root };
  if (USER_ARN.test(text)) return { kind: 'user', arn: text };
  if (ROLE_ARN.test(text)) return { kind: 'role', arn: text };
  if (SESSION_ARN.test(text)) return { kind: 'role-session', arn: text };
  if (FEDERATED_USER_ARN.test(text)) return { kind: 'federated-user', arn: text };
  if (UNIQUE_ID.test(text)) return { kind: 'unique-id', id: text };
  throw refusal(
    place,
    `AWS principal ${shown(text)}; want "*", a 12-digit account, or the full ARN of a root, user, role or role session ` +
      '(no wildcards inside an ARN: use "*" with an aws:PrincipalArn condition)',
  );
}
