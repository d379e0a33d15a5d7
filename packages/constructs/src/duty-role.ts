import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  dutyPerformers,
  dutyRoleName,
  IAM_PATH,
  INCIDENT_SESSION_TAG,
  performingAccount,
  type Duty,
} from '@cordon/incident';
import type { DeploymentNames } from './deployment-names.ts';
import { policyDocument } from './policy-document.ts';

/** Session name, session tag and source identity of every duty's session are the incident's id. */
const INCIDENT = 'inc-*';

/** What a duty's role is made of. */
export interface DutyRoleProps {
  readonly duty: Duty;
  readonly names: DeploymentNames;
  /** All that the duty may do, from `@cordon/responder/needs`. */
  readonly statements: readonly object[];
}

/**
 * Trust in the functions that perform a duty, and in them only while they act for an incident.
 *
 * The principal is the root of the performers' account (the security account; the evidence account for the hasher) narrowed by `aws:PrincipalArn`: a role named as principal is stored by
 * its unique id and would no longer match once the function's role is made anew (aws-facts 5.3). One statement per
 * action, for each action has condition keys of its own:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
const trust = ({ duty, names }: DutyRoleProps): object => {
  const accounts = { security: names.securityAccount, evidence: names.evidenceAccount };
  const allow = (Sid: string, Action: string, like: object, more: object = {}): object => ({
    Sid,
    Effect: 'Allow',
    Principal: { AWS: `arn:${names.partition}:iam::${performingAccount(duty, accounts)}:root` },
    Action,
    Condition: {
      ArnEquals: {
        'aws:PrincipalArn': dutyPerformers(names.partition, accounts, duty),
      },
      StringEquals: { 'aws:PrincipalOrgID': names.organizationId },
      StringLike: like,
      ...more,
    },
  });
  const tagged = { [`aws:RequestTag/${INCIDENT_SESSION_TAG}`]: INCIDENT };
  return policyDocument([
    allow('Act', 'sts:AssumeRole', {
      'sts:RoleSessionName': INCIDENT,
      'sts:SourceIdentity': INCIDENT,
      ...tagged,
    }),
    allow('Tag', 'sts:TagSession', tagged, {
      'ForAllValues:StringEquals': { 'aws:TagKeys': INCIDENT_SESSION_TAG },
      // ForAllValues holds for no value at all, too.
      Null: { 'aws:TagKeys': 'false' },
    }),
    allow('Name', 'sts:SetSourceIdentity', { 'sts:SourceIdentity': INCIDENT }),
  ]);
};

/** The role of one duty: who may act as it, and all that it may do. */
export class DutyRole extends Construct {
  readonly role: CfnRole;

  constructor(scope: Construct, id: string, props: DutyRoleProps) {
    super(scope, id);
    this.role = new CfnRole(this, 'Role', {
      roleName: dutyRoleName(props.duty),
      path: IAM_PATH,
      // A chained session lives an hour at most whatever is set here (aws-facts 5.1).
      maxSessionDuration: 3_600,
      assumeRolePolicyDocument: trust(props),
      policies: [{ policyName: props.duty, policyDocument: policyDocument(props.statements) }],
    });
  }
}
