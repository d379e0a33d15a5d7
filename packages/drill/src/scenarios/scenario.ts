import type { CordonConfig } from '@cordon/incident';
import type { Json } from '../raw/raw-json.ts';
import type { GuestKind } from '../world/furnish-guest.ts';
import type { ForensicImage } from '../world/furnish-forensic-image.ts';

/** One event on its way, and when it comes. */
export interface PlannedDelivery {
  readonly document: Json;
  /** Virtual milliseconds after the first. */
  readonly afterMs: number;
}

/** What a person does when they are asked: the first answer is to the first question, and so on. */
export interface PlannedAnswer {
  /** Name of their session, as Identity Center gives it. */
  readonly person: string;
  readonly decision: 'approve' | 'refuse';
  readonly reason: string;
  /** Virtual milliseconds after they are told. */
  readonly afterAskedMs: number;
}

/** What ends the stream of a recording on the machine, among the texts of a session. */
export const SILENCE = 'sudo systemctl stop amazon-ssm-agent-worker';

/** What happens once the first incident is sealed. */
export type PlannedAct = {
  /** Virtual milliseconds after that. */
  readonly afterMs: number;
} & (
  | {
      /** One person asks for the release of the incident and another approves it, both by signed requests. */
      readonly kind: 'release';
      readonly askedBy: string;
      readonly approvedBy: string;
      readonly reason: string;
      readonly giveUp: readonly string[];
      /** Lifts what has drifted too, by naming every step. */
      readonly drifted: boolean;
    }
  /** Somebody whom no guardrail binds puts the first interface back into its former groups, or into another one of its VPC. */
  | { readonly kind: 'put-groups-back' | 'put-into-another-group' }
  /** An administrator whom no guardrail binds does it by a call of EC2, as CloudTrail hears of it. */
  | { readonly kind: 'call-groups-back' }
  /** The same gives the instance its former profile again. */
  | { readonly kind: 'associate-profile' }
  /** Somebody of forensic staff works on the forensic machine in a session, a text a minute; `SILENCE` among them ends the stream of its recording. */
  | { readonly kind: 'work-on-machine'; readonly person: string; readonly texts: readonly string[] }
  /** Time passes. */
  | { readonly kind: 'wait' }
);

/** A world and what happens in it. */
export interface Scenario {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** What arrives; a file given by the user takes its place. */
  readonly deliveries: (seed: string) => readonly PlannedDelivery[];
  /** Member accounts beside those that the events name. */
  readonly fillers: number;
  /** False for the barest instance: one interface, one volume, no group. */
  readonly hidden: boolean;
  /** The customer key's policy admits the custodian, so that its volume takes the direct route. */
  readonly keyAdmits: boolean;
  readonly instance: 'running' | 'terminated';
  /** Every suspect has a volume for every case of keys; absent in most scenarios. */
  readonly keyMatrix?: true;
  /** Disks that are unlike others: product codes, Multi-Attach, an unusable key, an instance store; and a member whose slots for copies are taken. */
  readonly oddDisks?: true;
  /** Volumes of every suspect beside its others, each unencrypted; none when absent. */
  readonly moreVolumes?: number;
  /** Incidents that it must come to; one when absent. */
  readonly incidents?: number;
  /** What the image of the forensic machine brings; absent where it has all that it should. */
  readonly forensicImage?: ForensicImage;
  /** A like instance in another account, whose own people answer by a plain change of groups; absent in most scenarios. */
  readonly plainSwapTwin?: true;
  /** The suspects' VPCs have endpoints for SSM and S3, as they need without another way out. */
  readonly managementEndpoints?: true;
  /** The instance is behind load balancers, with a healthy one beside it. */
  readonly behindBalancers?: true;
  /** The instance is in no Auto Scaling group, and was launched from a template or by its image alone. */
  readonly alone?: 'from-template' | 'from-image';
  /** Amazon Inspector knows weaknesses of the suspects. */
  readonly weaknesses?: boolean;
  /** An agent of Systems Manager runs on the suspects, and this is how they behave when their memory is asked for; absent in most scenarios. */
  readonly guest?: GuestKind;
  /** The host is prepared for a crash (kdump), and protected from being stopped. */
  readonly preparedForCrash?: true;
  /** The attacker has assumed a role of another account from the suspect, and a healthy sibling the same; absent in most scenarios. */
  readonly roleChain?: 'names-differ' | 'shared-name';
  /** The VPCs have flow logs in CloudWatch Logs, and the attacker's program tries to reach its server again and again. */
  readonly flowLogs?: true;
  /** Whatever is done to the groups of the first interface is undone a second later, until the host is stopped. */
  readonly putsGroupsBack?: true;
  /** One byte of the evidence copy of the first volume is flipped behind everybody's back. */
  readonly flipsCopies?: true;
  /** A trail records management events in every account, so that rules hear of calls; absent in most scenarios. */
  readonly trails?: true;
  /**
   * StackSets brought the members' templates, as in a deployment, and the accounts of the findings joined the unit later; where absent each
   * template is simply there.
   */
  readonly joinsLate?: true;
  /** The VPCs' isolation groups were made by an earlier incident. */
  readonly isolationGroupsExist: boolean;
  /**
   * The decoy of a live drill stands in the first of the members, from its stack, and does what its user data says: the finding is GuardDuty's own, and
   * the scenario delivers none.
   */
  readonly decoy?: true;
  /** The deployment's policy, where it is another than that of `cordon.config.ts`. */
  readonly policy?: CordonConfig['policy'];
  /** Whoever is asked beyond these does not answer. */
  readonly answers?: readonly PlannedAnswer[];
  /** What people and attackers do afterwards. */
  readonly acts?: readonly PlannedAct[];
}
