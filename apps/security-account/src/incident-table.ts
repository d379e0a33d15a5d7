import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { APPROVALS_TABLE_NAME, INCIDENT_TABLE_NAME } from '@cordon/incident';

/** The table of incidents and their journals. */
export const incidentTable = (scope: Construct): CfnTable =>
  keptTable(scope, 'Incidents', INCIDENT_TABLE_NAME);

/** The table of what waits for a person, with the workflow's task tokens: of the operator function alone. */
export const approvalsTable = (scope: Construct): CfnTable =>
  keptTable(scope, 'Approvals', APPROVALS_TABLE_NAME);

/** Kept when the stack goes, and restorable to any second of 35 days. */
const keptTable = (scope: Construct, id: string, tableName: string): CfnTable => {
  const table = new CfnTable(scope, id, {
    tableName,
    attributeDefinitions: [
      { attributeName: 'pk', attributeType: 'S' },
      { attributeName: 'sk', attributeType: 'S' },
    ],
    keySchema: [
      { attributeName: 'pk', keyType: 'HASH' },
      { attributeName: 'sk', keyType: 'RANGE' },
    ],
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtectionEnabled: true,
    sseSpecification: { sseEnabled: true },
  });
  table.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return table;
};
