export { decide as authorizeIn, requestFor } from './core/authorize.ts';
export type { Asking, Authorize } from './core/authorize.ts';
export { endpointRoute } from './core/endpoint-route.ts';
export type { EndpointRoute } from './core/endpoint-route.ts';
export { ServiceFault } from './core/fault.ts';
export type { FaultableCall, InjectedFault } from './core/gateway.ts';
export { seededIds } from './core/ids.ts';
export type { Ids } from './core/ids.ts';
export { emptyJournal } from './core/journal.ts';
export type { Journal, JournalCall, JournalCheck, JournalDelivery, JournalEvent } from './core/journal.ts';
export type { Call, Caller, Check, Credentials, Host, NetworkPlace, Service } from './core/operation.ts';
export { Timeline } from './core/timeline.ts';
export type { Runner } from './core/timeline.ts';
export { World } from './core/world.ts';
export type { Account, StateKey } from './core/world.ts';
export type { DeployTarget } from './deploy-template.ts';
export { policiesIn } from './policies-in.ts';
export type { PlacedPolicy } from './policies-in.ts';
export { createOrganization } from './organization.ts';
export type { Organization } from './organization.ts';
export type { AccountOption, OrganizationOptions, RuntimeOption } from './organization-options.ts';
export { compileStateMachine } from './states-language/index.ts';
export {
  attachControlPolicy,
  FULL_ACCESS,
  readControlPolicy,
} from './services/organizations/control-policies.ts';

// What worlds are furnished with, and read by: state by service, and the ways to put things into it without an API call.
export { addAutoScalingGroup } from './services/autoscaling/build.ts';
export { autoScalingState } from './services/autoscaling/state.ts';
export { dynamodbState } from './services/dynamodb/state.ts';
export type { Table } from './services/dynamodb/state.ts';
export {
  addEgressOnlyGateway,
  addFlowLog,
  addInternetGateway,
  addNatGateway,
  addPeering,
  addTrunkAssociation,
} from './services/ec2/build-gateways.ts';
export {
  addClassicLoadBalancer,
  addLoadBalancer,
  addTargetGroup,
} from './services/elasticloadbalancing/build.ts';
export { loadBalancingState } from './services/elasticloadbalancing/state.ts';
export type {
  ClassicLoadBalancer,
  LoadBalancer,
  Registration,
  TargetGroup,
} from './services/elasticloadbalancing/state.ts';
export { askName, type Asked } from './services/ec2/ask-name.ts';
export { addInstance } from './services/ec2/build-instance.ts';
export {
  aclOf,
  addNetworkAcl,
  addRoute,
  addRouteTable,
  mainRouteTable,
  routeTableOf,
} from './services/ec2/build-network.ts';
export { addVpcEndpoint } from './services/ec2/build-vpc-endpoint.ts';
export {
  addAddress,
  addImage,
  addLaunchTemplate,
  addNetworkInterface,
  addSecurityGroup,
  addSubnet,
  addVpc,
  defaultEgress,
} from './services/ec2/build.ts';
export { flipByte } from './services/ec2/disk-blocks.ts';
export { instanceTypeFacts } from './services/ec2/instance-types.ts';
export type { InstanceTypeFacts } from './services/ec2/instance-types.ts';
export { LOST, memoryOnDisk } from './services/ec2/memory.ts';
export type { MemoryOnDisk } from './services/ec2/memory.ts';
export type { Flow, NewFlow, Obstacle, PathKind } from './services/ec2/flows/flow.ts';
export { flowState } from './services/ec2/flows/flow-store.ts';
export { flowsOf, mayOpen, openFlow } from './services/ec2/flows/flows.ts';
export type { Activity, MayOpen } from './services/ec2/flows/flows.ts';
export type { NetworkAcl, NetworkAclEntry, Route, RouteTable } from './services/ec2/network-state.ts';
export { routeFor } from './services/ec2/routing.ts';
export { shareSubnet } from './services/ec2/sharing.ts';
export { ec2State } from './services/ec2/state.ts';
export type { NewPermission } from './services/ec2/permissions.ts';
export type {
  Ec2State,
  NetworkInterface,
  Snapshot,
  Volume,
  Vpc,
  WrittenExtent,
} from './services/ec2/state.ts';
export { enableDetector, plantFinding, removeAdministrator } from './services/guardduty/build.ts';
export { eventsState } from './services/events/state.ts';
export { guardDutyState } from './services/guardduty/state.ts';
export { addInstanceProfile, addManagedPolicy, addRole } from './services/iam/build.ts';
export { addUser, userCaller } from './services/iam/build-user.ts';
export { iamState } from './services/iam/state.ts';
export { mfaCode } from './services/sts/mfa.ts';
export type { Role } from './services/iam/state.ts';
export { addInspectorFinding, enableInspector, type InspectorSpec } from './services/inspector2/build.ts';
export { inspectorState } from './services/inspector2/state.ts';
export { awsManagedKey } from './services/kms/aws-managed-key.ts';
export { addKey } from './services/kms/build.ts';
export { stackSetState } from './services/cloudformation/state.ts';
export { kmsState } from './services/kms/state.ts';
export type { Key } from './services/kms/state.ts';
export type { InProcessConnection, InProcessHandler } from './services/lambda/in-process-runtime.ts';
export { observabilityState } from './services/observability/state.ts';
export { organizationState } from './services/organizations/state.ts';
export { lambdaState } from './services/lambda/state.ts';
export { answerTo } from './services/route53resolver/answer.ts';
export { dnsFirewallState } from './services/route53resolver/state.ts';
export { addObject } from './services/s3/build.ts';
export { s3State } from './services/s3/state.ts';
export type { Bucket, ObjectVersion } from './services/s3/state.ts';
export { addSecurityHubFinding, enableSecurityHub } from './services/securityhub/build.ts';
export { securityHubState } from './services/securityhub/state.ts';
export { setQuota } from './services/servicequotas/state.ts';
export { snsState, textFor } from './services/sns/state.ts';
export { sqsState } from './services/sqs/state.ts';
export type { Queue } from './services/sqs/state.ts';
export { addDocument, addGuest } from './services/ssm/build.ts';
export type {
  Guest,
  GuestAnswer,
  GuestCommand,
  GuestDevice,
  GuestRequest,
  GuestResult,
  GuestStep,
} from './services/ssm/guest.ts';
export { setDefaultHostManagement } from './services/ssm/host-management.ts';
export { addParameter } from './services/ssm/parameters.ts';
export { addInventory } from './services/ssm/inventory.ts';
export { openChannel, silence, typeIn, type SessionPlace } from './services/ssm/session-channel.ts';
export { ssmState } from './services/ssm/state.ts';
export { statesState } from './services/states/state.ts';
export type { Execution, ExecutionStatus, MapRun } from './services/states/state.ts';
export { credentialsRefusal, instanceCredentials } from './services/sts/instance-credentials.ts';
export type { InstancePlace } from './services/sts/instance-credentials.ts';
export { instanceSession } from './services/sts/instance-session.ts';
