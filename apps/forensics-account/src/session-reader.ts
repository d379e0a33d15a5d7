import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IAM_PATH, RECORDER_FUNCTION_NAME, SESSION_READER_ROLE_NAME } from '@cordon/incident';
import { sessionReaderStatements } from '@cordon/responder/needs';
import { policyDocument, type DeploymentNames } from '@cordon/constructs';

/**
 * The role by which the evidence account sees sessions on forensic machines and reads their recordings: it changes nothing. The recorder's role alone takes it, named by
 * `aws:PrincipalArn` for the reason of the duties' (aws-facts 5.3).
 */
export class SessionReader extends Construct {
  constructor(scope: Construct, id: string, names: DeploymentNames) {
    super(scope, id);
    new CfnRole(this, 'Role', {
      roleName: SESSION_READER_ROLE_NAME,
      path: IAM_PATH,
      // A chained session lives an hour at most (aws-facts 5.1), and this one for a quarter of it.
      maxSessionDuration: 3_600,
      assumeRolePolicyDocument: policyDocument([
        {
          Sid: 'Act',
          Effect: 'Allow',
          Principal: { AWS: `arn:${names.partition}:iam::${names.evidenceAccount}:root` },
          Action: 'sts:AssumeRole',
          Condition: {
            ArnEquals: {
              'aws:PrincipalArn': `arn:${names.partition}:iam::${names.evidenceAccount}:role${IAM_PATH}${RECORDER_FUNCTION_NAME}`,
            },
            StringEquals: { 'aws:PrincipalOrgID': names.organizationId },
          },
        },
      ]),
      policies: [
        { policyName: 'read-recordings', policyDocument: policyDocument(sessionReaderStatements(names)) },
      ],
    });
  }
}
