import type { CompiledPolicy } from '../compile.ts';

/** Who calls. A session's ARN is `arn:aws:sts::<account>:assumed-role/<role name>/<session name>`, without the role's path. */
export type Principal =
  | {
      readonly kind: 'role-session';
      readonly account: string;
      readonly roleArn: string;
      readonly sessionArn: string;
      readonly roleId: string;
      readonly sessionName: string;
    }
  | { readonly kind: 'user'; readonly account: string; readonly arn: string; readonly userId: string }
  | { readonly kind: 'root'; readonly account: string }
  | { readonly kind: 'service'; readonly service: string };

/** A session of `GetFederationToken`: its policies are its user's, narrowed by session policies without which it has none. */
interface FederatedUser {
  readonly kind: 'federated-user';
  readonly account: string;
  /** `arn:aws:sts::<account>:federated-user/<name>`. */
  readonly arn: string;
  /** The IAM user that called GetFederationToken. */
  readonly userArn: string;
  readonly userId: string;
}

/** A caller signed in by an identity provider and by no AWS key: it can only ask STS for a role. */
interface FederatedIdentity {
  readonly kind: 'federated';
  /** As a trust policy spells it: the ARN of a SAML or OIDC provider, or a name such as `accounts.google.com`. */
  readonly provider: string;
}

/**
 * Callers that come by federation.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#sts-session-principals
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity
 */
export type FederatedPrincipal = FederatedUser | FederatedIdentity;

/** The principal's account; undefined for a service and for an identity that is not AWS's. */
export function accountOf(principal: Principal | FederatedPrincipal): string | undefined {
  return principal.kind === 'service' || principal.kind === 'federated' ? undefined : principal.account;
}

const SERVICE_LINKED_ROLE = /^arn:[^:]+:iam::\d{12}:role\/aws-service-role\//;

/**
 * Whether it is a session of a service-linked role, which neither SCPs nor RCPs bind.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export function isServiceLinked(principal: Principal | FederatedPrincipal): boolean {
  return principal.kind === 'role-session' && SERVICE_LINKED_ROLE.test(principal.roleArn);
}

/**
 * A KMS grant on the key that the request is about.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export interface Grant {
  /** ARN of a user, role, role session or account root. */
  readonly granteePrincipalArn: string;
  /** Operation names as KMS spells them, e.g. `ReEncryptFrom`. */
  readonly operations: readonly string[];
  readonly encryptionContextSubset?: Readonly<Record<string, string>>;
  readonly encryptionContextEquals?: Readonly<Record<string, string>>;
  /** Account whose principal created the grant; when it is the caller's own, a cross-account caller needs no IAM permission. */
  readonly issuingAccount?: string;
}

/** Every policy that bears on the request; the caller knows which are in force. */
export interface RequestPolicies {
  readonly identity: readonly CompiledPolicy[];
  /**
   * Session policies of AssumeRole or GetFederationToken (`Policy` and `PolicyArns`); absent or empty means none was passed,
   * which leaves a role session as it is and a federated user with nothing but what names its session.
   */
  readonly session?: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  /** The policy of `resource`: bucket, queue, topic, bus, key, function or role trust policy. */
  readonly resource?: CompiledPolicy;
  /** SCPs of the caller's account, per level from root to account. Leave out for the management account and service-linked roles. */
  readonly serviceControl?: readonly (readonly CompiledPolicy[])[];
  /** RCPs of the resource's account, per level. Leave out for the management account's resources. */
  readonly resourceControl?: readonly (readonly CompiledPolicy[])[];
  /**
   * The policy of the VPC endpoint that the request passes through; absent when it passes through none. It gives nothing: it
   * withholds. At a gateway endpoint AWS wants `Principal: "*"` (narrow it by aws:PrincipalArn).
   * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
   */
  readonly endpoint?: CompiledPolicy;
  readonly grants?: readonly Grant[];
}

/** One authorization question: one action on one resource. */
export interface AuthorizationRequest {
  readonly principal: Principal | FederatedPrincipal;
  /** `service:Operation`, in any case. */
  readonly action: string;
  /** An ARN, or `*` for an action without resource-level permissions. */
  readonly resource: string;
  /** Owner of the resource; undefined when it has none of its own (`*`), which counts as the caller's account. */
  readonly resourceAccount: string | undefined;
  /** Condition keys, looked up without regard to case. The engine adds none. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly policies: RequestPolicies;
  /** `must-allow` for KMS keys and role trust, where identity policies alone never suffice; default `alone-suffices`. */
  readonly resourcePolicyMode?: 'alone-suffices' | 'must-allow';
}

/** A kind of policy: what a decisive statement belongs to. */
export type PolicyLayer =
  | 'service-control'
  | 'resource-control'
  | 'endpoint'
  | 'resource'
  | 'identity'
  | 'boundary'
  | 'session';

/** What settled the verdict. */
export type Layer = PolicyLayer | 'explicit-deny' | 'grant' | 'cross-account';

/** A statement that made the verdict what it is. */
export interface DecisiveStatement {
  readonly policy: string;
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  /** The kind of policy that the statement stands in. */
  readonly layer: PolicyLayer;
}

/** The answer, with its reason. */
export interface Decision {
  readonly verdict: 'allow' | 'deny';
  readonly layer: Layer;
  /** Empty for an implicit deny, for the account root's own rights and for a grant. */
  readonly decisive: readonly DecisiveStatement[];
  /** One sentence for a person. */
  readonly why: string;
}
