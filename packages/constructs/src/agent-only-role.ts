import { CfnInstanceProfile, CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IAM_PATH } from '@cordon/incident';
import { agentChannelStatements, type AllowedBeside } from './agent-channel.ts';
import { policyDocument, serviceTrust } from './policy-document.ts';

/** An instance that may do a little more than to hold the channel. */
interface AgentRole {
  readonly name: string;
  /** What is allowed beside the channel. */
  readonly more?: readonly AllowedBeside[];
}

/** Role and instance profile of one name, for an instance that may do nothing but hold the SSM agent's channel. */
export class AgentOnlyRole extends Construct {
  readonly role: CfnRole;
  readonly profile: CfnInstanceProfile;

  constructor(scope: Construct, id: string, of: string | AgentRole) {
    super(scope, id);
    const { name, more = [] } = typeof of === 'string' ? { name: of } : of;
    this.role = new CfnRole(this, 'Role', {
      roleName: name,
      path: IAM_PATH,
      assumeRolePolicyDocument: serviceTrust('ec2.amazonaws.com'),
      policies: [
        { policyName: 'agent-channel', policyDocument: policyDocument(agentChannelStatements(more)) },
      ],
    });
    this.profile = new CfnInstanceProfile(this, 'Profile', {
      instanceProfileName: name,
      path: IAM_PATH,
      roles: [this.role.ref],
    });
  }
}
