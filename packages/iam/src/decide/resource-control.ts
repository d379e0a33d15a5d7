/**
 * Services whose actions RCPs restrict; on any other, EC2 among them, an RCP has no effect. The list grows: check it when a
 * service is added to the local organization.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
 */
const SUPPORTING_SERVICES: ReadonlySet<string> = new Set([
  'aoss',
  'autoscaling',
  'cognito-identity',
  'cognito-idp',
  'dynamodb',
  'ecr',
  'kms',
  'logs',
  's3',
  'secretsmanager',
  'sqs',
  'sts',
]);

/** Says whether resource control policies bear on an action. Takes it in lower case. RCPs never affect `kms:RetireGrant`. */
export function isUnderResourceControl(lowerCaseAction: string): boolean {
  const service = lowerCaseAction.slice(0, lowerCaseAction.indexOf(':'));
  return SUPPORTING_SERVICES.has(service) && lowerCaseAction !== 'kms:retiregrant';
}
