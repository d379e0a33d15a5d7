export { AgentOnlyRole } from './agent-only-role.ts';
export { breakGlassRoleArn } from './break-glass.ts';
export { deploymentNames, type DeploymentNames } from './deployment-names.ts';
export { DutyRole, type DutyRoleProps } from './duty-role.ts';
export { GuardedKey, type GuardedKeyProps } from './guarded-key.ts';
export { HandlerFunction, LOG_RETENTION_DAYS, type HandlerFunctionProps } from './handler-function.ts';
export { makeApp, type MakeAppInput } from './make-app.ts';
export { policyDocument, serviceTrust } from './policy-document.ts';
export { throughEc2, type ThroughEc2 } from './through-ec2.ts';
