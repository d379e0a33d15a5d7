import {
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { SESSION_DENY_TAG_KEYS, type SessionDenyWay } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';

/** A deny that is to stand on a role. */
export interface StandingDeny {
  readonly roleName: string;
  readonly by: SessionDenyWay;
  /** What the role is marked with. */
  readonly sessionName: string;
  readonly policyArn: string;
  readonly written: { readonly name: string; readonly isOurs: (document: string) => boolean };
}

/** Undefined when the deny stands on the role, in full; else what is missing, in a sentence. */
export const whyNotDenied = async (iam: IAMClient, deny: StandingDeny): Promise<string | undefined> => {
  const { roleName, by, written } = deny;
  if (by === 'attach-fixed-policy') return whyNotAttached(iam, deny);
  const held = await readInlineDeny(iam, roleName, written.name);
  if (held === undefined) return `role ${roleName} does not carry the session deny`;
  return written.isOurs(held)
    ? undefined
    : `role ${roleName} carries another text than the session deny under its name`;
};

/** An inline policy as it stands in a role; undefined when there is none of that name. */
export const readInlineDeny = async (
  iam: IAMClient,
  RoleName: string,
  PolicyName: string,
): Promise<string | undefined> => {
  try {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    // IAM gives it percent-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
    return decodeURIComponent(PolicyDocument);
  } catch (error) {
    if (faultCode(error) === 'NoSuchEntityException') return undefined;
    throw error;
  }
};

const whyNotAttached = async (
  iam: IAMClient,
  { roleName: RoleName, sessionName, policyArn }: StandingDeny,
): Promise<string | undefined> => {
  const [{ Role: role }, { AttachedPolicies: attached = [] }] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
  ]);
  const marked = (role?.Tags ?? []).some(
    (tag) => SESSION_DENY_TAG_KEYS.some((key) => key === tag.Key) && tag.Value === sessionName,
  );
  if (!marked) return `role ${RoleName} is not marked with the instance`;
  return attached.some(({ PolicyArn }) => PolicyArn === policyArn)
    ? undefined
    : `role ${RoleName} does not carry the session deny`;
};
