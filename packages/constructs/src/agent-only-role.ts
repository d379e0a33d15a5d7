import { CfnInstanceProfile, CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IAM_PATH } from '@cordon/incident';
import { agentChannelStatements } from './agent-channel.ts';
import { policyDocument, serviceTrust } from './policy-document.ts';

/** Role and instance profile of one name, for an instance that may do nothing but hold the SSM agent's channel. */
export class AgentOnlyRole extends Construct {
  readonly role: CfnRole;
  readonly profile: CfnInstanceProfile;

  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    this.role = new CfnRole(this, 'Role', {
      roleName: name,
      path: IAM_PATH,
      assumeRolePolicyDocument: serviceTrust('ec2.amazonaws.com'),
      policies: [{ policyName: 'agent-channel', policyDocument: policyDocument(agentChannelStatements()) }],
    });
    this.profile = new CfnInstanceProfile(this, 'Profile', {
      instanceProfileName: name,
      path: IAM_PATH,
      roles: [this.role.ref],
    });
  }
}
