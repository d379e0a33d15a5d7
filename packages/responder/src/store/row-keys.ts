/** An instance by where it is. */
interface InstancePlace {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
}

/**
 * One table, and these kinds of partition:
 *
 *     instance#<account>#<region>#<instance>   open                  which incident holds the instance (the lock)
 *     held                                     <acc>#<reg>#<inst>    the same, listed: what the watch reads again and again
 *     incident#<incident>                      incident              what it is and how it stands
 *                                              finding#<id>          each finding that belongs to it
 *                                              plan#<revision>       the plan, beside the first actions
 *                                              disk#<volume>         a volume that is in custody
 *                                              found#<rev>#<id>      a step that was found while acting, with its undo
 *                                              claim#<what>#<rev>    something that must not be done twice is about to be done
 *                                              chained#<id>          a session that the instance assumed, and how its deny is lifted
 *                                              replacement#spec      what will be launched in the instance's place
 *                                              replacement#launched  what was
 *                                              step#<step>#<rev>     what became of a step; <step>+asked: after a person was asked, <step>+climbed:<ids>: a rung
 *                                              release#<hash>        a release that people approved
 *                                              undo#<hash>#<step>    what became of one step of it
 *     chained-question                         <inc>#<hash>#asked    what people are asked about a session whose name others use;
 *                                                                    ...#answered: what one said
 *     openings                                 <inc>#<rev>#<eni>     an interface that is about to be opened, and until when
 *     machines                                 <ledger>              a forensic machine, and until when it is there
 *     copies#<region>                          slots, waits#<copy>   who copies into the evidence account, and who waits for it
 *     copies#<account>#<region>                                      the same within a member
 *     locked-sources                           <inc>#<rev>#<volume>  snapshots that stay in a member until their lock has ended
 *     to-lift                                  <when>#<incident>     what a release had to leave, until when
 *     finding#<id>                             triage                a finding that opened nothing, why, and its event
 *     heartbeat                                <region>              when a sample was asked for and came, and what is the matter (heartbeat-rows.ts)
 *     limit#<name>                             limit                 halt switch, breakers, scaling groups (limit-table.ts)
 */
export const instanceKey = (at: InstancePlace): string =>
  `instance#${at.account}#${at.region}#${at.instanceId}`;
/** Partition of an incident. */
export const incidentKey = (incidentId: string): string => `incident#${incidentId}`;
/** The partition that lists every instance that an incident holds. */
export const HELD = 'held';
/** Its sort key of an instance. */
export const heldKey = (at: InstancePlace): string => `${at.account}#${at.region}#${at.instanceId}`;
/** Partition of a finding that opened nothing; in an incident's partition, the sort key of one that belongs to it. */
export const findingKey = (findingId: string): string => `finding#${findingId}`;
/** The partition of what releases had to leave. */
export const TO_LIFT = 'to-lift';
