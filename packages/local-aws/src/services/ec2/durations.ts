const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * How long EC2's asynchronous states of instances take here, in milliseconds. AWS publishes no figures for most of them:
 * these are the local organization's own, chosen near what an operator sees.
 */
export const instanceDurations = {
  /** pending to running: hardware is found and the disk attached. */
  start: 20 * SECOND,
  /** stopping to stopped after an ordinary ACPI shutdown: the guest's shutdown scripts run first. */
  stop: 40 * SECOND,
  /** stopping to stopped when the guest is not asked (SkipOsShutdown). */
  stopWithoutGuest: 10 * SECOND,
  /** stopping to stopped when the guest writes its memory to the root volume first. */
  hibernate: 2 * MINUTE,
  /** From the request to a guest that has booted anew; its state is `running` all the while. */
  reboot: 30 * SECOND,
  /** From the diagnostic interrupt to a crash dump that is on the root volume, before the guest boots anew. */
  crashDump: 60 * SECOND,
  /** pending to applied: the metadata service of a running instance takes new options. */
  metadataOptions: 5 * SECOND,
  /** shutting-down to terminated. */
  terminate: 30 * SECOND,
  /** associating to associated: the metadata service gets the new role's credentials. */
  associateProfile: 15 * SECOND,
  /** disassociating to gone. */
  disassociateProfile: 10 * SECOND,
  /** A terminated instance stays described for about one hour. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
  describedAfterTermination: 60 * MINUTE,
} as const;
