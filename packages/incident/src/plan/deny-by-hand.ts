import { SESSION_DENY_TAG_KEYS } from '../contract.ts';
import type { SessionDenyWay } from './session-deny.ts';

/** Sessions that Cordon could not deny. */
export interface Undenied {
  readonly roleName: string;
  /** Of the role. */
  readonly account: string;
  readonly sessionName: string;
  /** The deny as it would be written into the role. */
  readonly written: { readonly name: string; readonly document: string };
}

/** What a tag's value may hold, of all that a session's name may. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const FITS_TAG = /^[A-Za-z0-9_.:/=+@-]+$/;

/** The command that writes the deny into the role, whatever tags and managed policies it has. */
export const denyInlineByHand = ({ roleName, written }: Pick<Undenied, 'roleName' | 'written'>): string =>
  `aws iam put-role-policy --role-name '${roleName}' --policy-name '${written.name}' --policy-document '${written.document}'`;

/**
 * The command by which a person denies sessions of a role that has no room for the deny that was tried: the other way has a quota of its own.
 * Names are in single quotes, and none that IAM or STS takes holds one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const denyFullByHand = (
  { roleName, sessionName, written, ...of }: Undenied,
  tried: { readonly by: SessionDenyWay; readonly policyArn: string },
): string => {
  if (tried.by === 'attach-fixed-policy') return denyInlineByHand({ roleName, written });
  return FITS_TAG.test(sessionName)
    ? `aws iam tag-role --role-name '${roleName}' --tags 'Key=${SESSION_DENY_TAG_KEYS[0]},Value=${sessionName}' (or another of our keys that is free), then ` +
        `aws iam attach-role-policy --role-name '${roleName}' --policy-arn ${tried.policyArn}`
    : denyAboveByHand({ roleName, sessionName, written, ...of });
};

const denyAboveByHand = ({ account, written }: Undenied): string =>
  `in the management account: aws organizations create-policy --type SERVICE_CONTROL_POLICY --name '${written.name}' --description 'incident' ` +
  `--content '${written.document}', then aws organizations attach-policy --policy-id ITS-ID --target-id ${account}; detach it when the sessions have expired` +
  // Every session of the instance has its id for a name, those of the quarantine profile too.
  (written.document.includes('"*:') ? "; until then it cuts the agent's channel too" : '');

/**
 * What a person does about sessions of a role that no policy of its own may deny. A service control policy reaches roles of Identity Center,
 * which cannot be edited, and ours; it reaches no service-linked role, whose sessions cannot be revoked.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/prereqs-revoking-user-permissions.html
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 *
 * @param path the role's, such as `/aws-reserved/sso.amazonaws.com/`
 */
export const denyProtectedByHand = (of: Undenied, path: string): string =>
  path.startsWith('/aws-service-role/')
    ? "nothing denies a service-linked role's sessions: take away what its service may be made to do, and watch CloudTrail until they have expired"
    : denyAboveByHand(of);
