import { defineState } from '../../core/world.ts';
import type { InstanceSpec } from '../ec2/build-instance.ts';

/** The version of a launch template that a group launches. */
export interface LaunchTemplateChoice {
  readonly launchTemplateId: string;
  readonly launchTemplateName: string;
  /** A number, `$Latest` or `$Default`. */
  readonly version: string;
}

/** An instance of a group. `Detaching` and `Terminating` members leave it soon; those on standby are in it but not watched. */
export interface Member {
  readonly instanceId: string;
  lifecycleState: 'Pending' | 'InService' | 'EnteringStandby' | 'Standby' | 'Detaching' | 'Terminating';
  healthStatus: 'Healthy' | 'Unhealthy';
  protectedFromScaleIn: boolean;
}

/** What an instance of a group is launched from. */
export type LaunchSpec = Omit<InstanceSpec, 'launchedAt' | 'instanceId' | 'state'>;

export interface AutoScalingGroup {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  minSize: number;
  maxSize: number;
  /** `ELB` asks the load balancers too, beside EC2. */
  healthCheckType: 'EC2' | 'ELB';
  /** Target groups and Classic Load Balancers that members are registered with. */
  readonly targetGroupArns: readonly string[];
  readonly loadBalancerNames: readonly string[];
  /** What is shown of where the instances come from: what is launched follows from `launch`. */
  readonly launchTemplate?: LaunchTemplateChoice;
  /** Given in place of `launchTemplate`: instance types that may be launched from the template. */
  readonly mixedInstances?: {
    readonly launchTemplate: LaunchTemplateChoice;
    readonly types: readonly string[];
  };
  readonly subnetIds: readonly string[];
  readonly availabilityZones: readonly string[];
  readonly launch: LaunchSpec;
  desiredCapacity: number;
  /** Members by instance id. */
  readonly members: Map<string, Member>;
}

/** Groups by name. */
export interface AutoScalingState {
  readonly groups: Map<string, AutoScalingGroup>;
}

/** State of Auto Scaling, per account and Region. */
export const autoScalingState = defineState<AutoScalingState>('autoscaling', 'regional', () => ({
  groups: new Map(),
}));
