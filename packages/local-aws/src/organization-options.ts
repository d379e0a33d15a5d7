import type { Authorize } from './core/authorize.ts';
import type { FaultableCall, InjectedFault } from './core/gateway.ts';
import type { InProcessHandler } from './services/lambda/in-process-runtime.ts';

/** An account to be made. */
export interface AccountOption {
  readonly id: string;
  readonly name: string;
  /** Organizational path, such as `o-abc/r-abc/ou-abc/`; the root's when absent. */
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What an organizational unit is called. Units that accounts are in exist without this, and are named as their ids. */
export interface UnitOption {
  /** Such as `o-abc/r-abc/ou-abc/`. */
  readonly path: string;
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** How functions run: the deployable bundles in workers, or handler functions of the test by function name. */
export type RuntimeOption = 'workers' | { readonly inProcess: Readonly<Record<string, InProcessHandler>> };

/** What an organization is made from. */
export interface OrganizationOptions {
  /** Any text: all ids and secrets follow from it. */
  readonly seed: string;
  /** ISO 8601: where the virtual clock begins. */
  readonly startAt: string;
  readonly organizationId: string;
  readonly managementAccount: string;
  /** Id of the organization's root, such as `r-ab12`; `r-root` when absent. */
  readonly rootId?: string;
  readonly accounts: readonly AccountOption[];
  readonly units?: readonly UnitOption[];
  /** Regions that are enabled in every account. */
  readonly regions: readonly string[];
  /** Accounts that may call the organization's read operations, besides the management account. */
  readonly delegatedAdministrators: readonly string[];
  readonly runtime: RuntimeOption;
  /** Virtual milliseconds between an API request and its reply; 100 when absent. */
  readonly latencyMs?: number | ((service: string, operation: string) => number);
  /** Virtual milliseconds for each state that a workflow enters. */
  readonly transitionMs?: number;
  readonly coldStartMs?: number;
  readonly warmStartMs?: number;
  /** What goes wrong with a call; nothing when absent. */
  readonly faults?: (call: FaultableCall) => InjectedFault | undefined;
  /**
   * Whether a trail of the organization records management events in every account and Region: without one, no rule hears of API calls.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
   */
  readonly trails?: boolean;
  /** Decides every check of the organization; the policy engine (`authorize` of `@cordon/iam`) when absent. */
  readonly authorize?: Authorize;
  /** AWS's public SSM parameters (AMI ids) by name, for templates that read them. */
  readonly ssmParameters?: Readonly<Record<string, string>>;
  /** Told of what functions print when they run in workers. */
  readonly print?: (functionName: string, text: string) => void;
}
