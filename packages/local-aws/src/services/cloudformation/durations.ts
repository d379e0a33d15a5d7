const SECOND = 1000;

/**
 * How long StackSets take here, in milliseconds. AWS publishes none of these figures: they are the local organization's own.
 */
export const STACK_SET_DURATIONS = {
  /** From the request to the first stacks: "preparatory work". https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperation.html */
  dispatch: 5 * SECOND,
  /** One stack of some roles and rules, made, changed or taken away. */
  stack: 60 * SECOND,
  /** A look at the resources of one stack. */
  drift: 20 * SECOND,
  /** From the change of the organization to the automatic deployment. */
  autoDeployment: 60 * SECOND,
} as const;

/** How long a stack takes here, in milliseconds, whatever is in it: the local organization's own figure, for AWS publishes none. */
export const STACK_DURATIONS = { stack: 10 * SECOND, changeSet: 5 * SECOND } as const;
