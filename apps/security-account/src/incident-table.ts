import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { INCIDENT_TABLE_NAME } from '@cordon/incident';

/** The table of incidents and their journals: kept when the stack goes, and restorable to any second of 35 days. */
export const incidentTable = (scope: Construct): CfnTable => {
  const table = new CfnTable(scope, 'Incidents', {
    tableName: INCIDENT_TABLE_NAME,
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
