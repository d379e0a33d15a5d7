import type { CompiledPolicy, Decision, Grant, Principal } from '@cordon/iam';
import type { ResolvedResource, Created, Template } from '@cordon/templates';
import type { ServiceFault } from './fault.ts';
import type { Ids } from './ids.ts';
import type { JournalCall } from './journal.ts';
import type { Timeline } from './timeline.ts';
import type { WireRequest, WireResponse } from '../wire/index.ts';
import type { World } from './world.ts';

/** Where in a VPC a caller stands. */
export interface NetworkPlace {
  /** Whose instance stands there, where that is another account than the caller's: who sends what another has signed. */
  readonly account?: string;
  readonly region: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly privateIpAddress: string;
}

/** Who signed a request: the owner of the access key, with what came with the session. */
export interface Caller {
  readonly account: string;
  readonly principal: Principal;
  readonly accessKeyId: string;
  /** Global condition keys that the session carries: `aws:SourceIdentity`, `aws:PrincipalTag/x`, `aws:TokenIssueTime`, ... */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly sessionPolicies: readonly CompiledPolicy[];
  /** Tags that go on to roles assumed from this session. */
  readonly transitiveTags: Readonly<Record<string, string>>;
  /** Where in a VPC of its account the caller stands, so that its requests take that VPC's endpoints; absent for one outside. */
  readonly within?: NetworkPlace;
}

/** One thing that AWS checks before it does what was asked. */
export interface Check {
  /** Such as `ec2:CopySnapshot`. */
  readonly action: string;
  /** ARN, or `*` where the service reference lists no resource. */
  readonly resource: string;
  /** Account that owns the resource; the caller's own when absent. */
  readonly account?: string;
  /** Condition keys of this check, beside the global ones that the authorizer adds. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** Set where AWS does not document the check and the stricter union was taken. */
  readonly assumed?: true;
}

/** What a resource says of who may use it. */
export interface ResourcePolicy {
  readonly policy?: CompiledPolicy;
  readonly grants?: readonly Grant[];
  /** `must-allow` for KMS keys and role trust: identity policies alone never suffice. */
  readonly mode: 'alone-suffices' | 'must-allow';
}

/** What an operation sees of the call that it serves, and of the world it acts in. */
export interface Call {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly caller: Caller;
  readonly region: string;
  readonly requestId: string;
  /** Virtual epoch milliseconds at which the call takes effect. */
  readonly now: number;
  /** Authorizes one more check for the same caller: for what AWS checks late (keys of an asynchronous copy). */
  decide(check: Check): Decision;
  /** Starts another service's operation as this service would, without the caller's rights (rule targets, event sources). */
  readonly host: Host;
}

/** What services may ask of the organization that hosts them. */
export interface Host {
  /** Runs a function by ARN with a payload; resolves on the virtual clock. */
  invokeFunction(
    arn: string,
    payload: string,
  ): Promise<{ readonly payload: string; readonly error?: string }>;
  /** Puts an event on a bus as an AWS service or a rule would. */
  deliverEvent(busArn: string, event: Readonly<Record<string, unknown>>): void;
  /** Starts an execution of a state machine; returns its ARN. */
  startExecution(stateMachineArn: string, name: string, input: string): string;
  /** Authorizes a check for a role or service principal, as when a rule's role sends to a target. */
  decideFor(caller: Caller, region: string, check: Check): Decision;
  /** The caller that a service becomes when it acts as `roleArn` (state machine role, rule role, function role). */
  callerForRole(roleArn: string, sessionName: string): Caller;
  /** Makes credentials for `caller` that the gateway knows. */
  issueCredentials(caller: Caller, seconds: number): Credentials;
  /** Every call that clients have made, in order, with who made it where the gateway knew: what CloudTrail records. */
  recordedCalls(): readonly RecordedCall[];
  /**
   * Takes a signed request as it comes over the wire, from where a program stands in a VPC: for what a guest sends by a link that somebody
   * else has signed.
   */
  send(request: WireRequest, from?: NetworkPlace): Promise<WireResponse>;
  /** Performs an operation for `caller`, authorized as by the gateway but without a wire; rejects with ServiceFault. */
  perform(request: InternalRequest): Promise<object>;
  /** What CloudFormation does with stacks, in any account and Region. */
  readonly stacks: StackHost;
}

/** A stack to be made or changed. */
export interface StackRequest {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly template: Template;
  /** Values by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Who CloudFormation acts as; every resource is authorized for it. */
  readonly actsAs: Caller;
  /** By logical id: what is there already and is taken into the stack as it stands; all else is made. */
  readonly imported?: ReadonlyMap<string, Created>;
}

/** A stack that stands, with what is needed to change it, compare it and take it away. */
export interface StandingStack extends Omit<StackRequest, 'actsAs' | 'imported'> {
  readonly stackId: string;
  /** In the order of creation. */
  readonly resources: readonly StandingResource[];
  /** Values by output name. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A resource of a stack, and what `Ref` and `Fn::GetAtt` give of it. */
export interface StandingResource {
  readonly logicalId: string;
  readonly type: string;
  readonly created: Created;
}

/** How a resource differs from its template. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceDrift.html */
export type ResourceDrift = 'IN_SYNC' | 'MODIFIED' | 'DELETED';

/** Stacks as CloudFormation handles them. What AWS would refuse is a ServiceFault; what is not implemented here is an Error. */
export interface StackHost {
  /** Makes all resources, or none: what was made is taken away again when one fails. Every type must be one that can be changed. */
  create(request: StackRequest): StandingStack;
  /**
   * As `create`, but types that the organization can only make and take away are made too: nothing asks what making them needs.
   */
  make(request: StackRequest): StandingStack;
  /** Brings a stack to another template or other parameters; asks for all rights before the first change. */
  update(stack: StandingStack, request: StackRequest): StandingStack;
  /** What of a stack that is to be made is there already and may be taken in: by logical id. */
  existing(request: Omit<StackRequest, 'actsAs' | 'imported'>): ReadonlyMap<string, Created>;
  /** Takes all resources away, last first; one that is gone already counts as taken. None of them may be of a type that takes its time. */
  remove(stack: StandingStack, actsAs: Caller): void;
  /** The same one by one, for who tells of each: what still stands of a stack, last first. */
  removals(stack: StandingStack, actsAs: Caller): readonly Removal[];
  /** Compares each resource with its template. */
  drift(stack: StandingStack): ReadonlyMap<string, ResourceDrift>;
}

/** A resource of a stack that is to be taken away. */
export interface Removal {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  /** By the policy in its template. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
  readonly isRetained: boolean;
  /** Asks for the rights, then takes it away. Throws ServiceFault for what AWS would refuse; gives what is still to end, if anything is. */
  readonly act: () => Removing | undefined;
}

/** A removal that takes its time: calls back once it has ended, with the fault where it failed. */
export type Removing = (ended: (fault?: ServiceFault) => void) => void;

/** A call as the journal has it, and whose it was; without a caller it was signed with a key that nobody has. */
export interface RecordedCall {
  readonly call: JournalCall;
  readonly caller: Caller | undefined;
}

/** A call that one service makes to another: input and output are those of the SDK's command. */
export interface InternalRequest {
  readonly caller: Caller;
  readonly region: string;
  /** The SigV4 signing name. */
  readonly service: string;
  /** As `Service.apiVersion`. */
  readonly apiVersion?: string;
  readonly operation: string;
  readonly input: object;
}

/** Keys that a client signs with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Virtual epoch milliseconds. */
  readonly expiresAt: number;
}

/** One AWS operation: what AWS would check, and what it does. `run` throws ServiceFault for what AWS would refuse. */
export interface Operation {
  readonly checks: (input: never, call: Call) => readonly Check[];
  readonly run: (input: never, call: Call) => object | Promise<object>;
  /** Set where no VPC endpoint takes the request, wherever its caller stands. */
  readonly publicOnly?: true;
}

/** Declares an operation with the SDK's own input and output types. */
export const operation = <Input, Output extends object>(definition: {
  /** What AWS authorizes, from the input and the world's facts; pure. */
  readonly checks: (input: Input, call: Call) => readonly Check[];
  readonly run: (input: Input, call: Call) => Output | Promise<Output>;
  readonly publicOnly?: true;
}): Operation => definition;

/** Where a template is being deployed. */
export interface Deployment {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly account: string;
  readonly region: string;
  readonly host: Host;
  /** The directory that holds the code of a function, from its `S3Key`; absent where nothing was built. */
  readonly assetDirectory?: (s3Key: string) => string;
}

/** What CloudFormation does with a resource of one type beside making it. */
export interface ResourceHandling {
  /** What the role that CloudFormation acts as must be allowed, to make, change or take away the resource. */
  readonly checks: (
    act: 'create' | 'update' | 'remove',
    resource: ResolvedResource,
    on: Deployment,
  ) => readonly Check[];
  /** Changes it in place to other properties; throws an Error for a change that would replace it. */
  readonly update: (from: ResolvedResource, to: ResolvedResource, on: Deployment) => Created;
  /** Takes it away; nothing happens when it is gone. Left out where the service's `resourceRemoval` has the type. */
  readonly remove?: (resource: ResolvedResource, created: Created, on: Deployment) => void;
  readonly drift: (resource: ResolvedResource, created: Created, on: Deployment) => ResourceDrift;
}

/** How CloudFormation takes a resource of one type away. */
export interface ResourceRemoval {
  /** What the role that CloudFormation acts as must be allowed. */
  readonly checks: (resource: ResolvedResource, created: Created, on: Deployment) => readonly Check[];
  /**
   * Takes it away; nothing happens when it is gone. Throws ServiceFault for what the service would refuse; gives what is still to end where
   * it takes its time.
   */
  readonly remove: (resource: ResolvedResource, created: Created, on: Deployment) => Removing | undefined;
}

/** How CloudFormation finds a resource of one type that is there already. */
export interface ResourceImport {
  /** The property that is the type's primary identifier; types whose identifier is read-only have no entry. */
  readonly identifier: string;
  /** What stands under a name in the account and Region; undefined where nothing does. */
  readonly find: (name: string, on: Deployment) => Created | undefined;
}

/** One AWS service: operations by name, CloudFormation resource types, and the policies its resources carry. */
export interface Service {
  /** The SigV4 signing name, such as `ec2`, `states`, `events`. */
  readonly name: string;
  /** Set where services share the signing name, as the two of Elastic Load Balancing do: what tells requests apart. */
  readonly apiVersion?: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Creates a resource of a template; throws on a property that it does not implement. */
  readonly resourceTypes?: Readonly<
    Record<string, (resource: ResolvedResource, deployment: Deployment) => Created>
  >;
  /** What becomes of a resource of a template later; a type without an entry can be made and taken away, and no more. */
  readonly resourceHandling?: Readonly<Record<string, ResourceHandling>>;
  /** How a resource of a template is taken away, where its `resourceHandling` does not say it. */
  readonly resourceRemoval?: Readonly<Record<string, ResourceRemoval>>;
  /** Types of which a resource that is there already can be taken into a stack. */
  readonly resourceImports?: Readonly<Record<string, ResourceImport>>;
  /** The policy on `arn` that bears on an action, when it is one of this service's resources. */
  readonly resourcePolicy?: (arn: string, world: World, action: string) => ResourcePolicy | undefined;
}
