import { Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { IAM_PATH, type CordonConfig } from '@cordon/incident';
import { STAFF, staffStatements, withMfa } from '@cordon/responder/needs';
import { deploymentNames, policyDocument } from '@cordon/constructs';

/**
 * The same rights for IAM users, where there is no Identity Center: one managed policy for each kind of staff, in the account that has the users. Each asks for a session
 * with MFA. Attach them to users or groups by hand.
 */
export class StaffUsersStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: policies of people who are IAM users' });
    const names = deploymentNames(config);
    for (const staff of STAFF)
      new CfnManagedPolicy(this, staff, {
        managedPolicyName: `cordon-staff-${staff}`,
        path: IAM_PATH,
        description: `Cordon: ${staff}, with MFA`,
        policyDocument: policyDocument(withMfa(staffStatements(names, staff))),
      });
  }
}
