import { isGone, threeWay, wentWithIt, type Decide } from './decided.ts';

/** An instance id is no address; whatever else a target group names is one. */
const isAddress = (targetId: string): boolean => !targetId.startsWith('i-');

/** A target of a target group. One that is being deregistered is not there: it is sent nothing new. */
export const decideTarget: Decide<'register-target'> = ({ lift, facts }) => {
  const { targetGroupArn, targetId, port } = lift;
  const states = {
    before: `${targetId}:${port} is registered`,
    ours: `${targetId}:${port} is not registered`,
  };
  if (isGone(facts)) return wentWithIt(facts, states.before);
  const group = facts.balancers.targetGroups.find((one) => one.targetGroupArn === targetGroupArn);
  if (group === undefined)
    return {
      decision: 'impossible',
      ...states,
      now: 'no such target group',
      because: 'the target group does not exist any more: give the step up',
    };
  const registered = group.targets.some((one) => one.targetId === targetId && one.port === port);
  const decided = threeWay({ ...states, now: registered ? states.before : states.ours });
  const own = facts.instance.networkInterfaces.flatMap(({ privateIps = [] }) => privateIps);
  return decided.decision === 'restore' && isAddress(targetId) && !own.includes(targetId)
    ? {
        ...decided,
        decision: 'impossible',
        because: `the instance has the address ${targetId} no more, and another host may: give the step up`,
      }
    : decided;
};

/** An instance of a classic balancer. */
export const decideClassicBalancer: Decide<'register-with-classic-balancer'> = ({ lift, facts }) => {
  const states = { before: `registered with ${lift.name}`, ours: `not registered with ${lift.name}` };
  if (isGone(facts)) return wentWithIt(facts, states.before);
  const balancer = facts.balancers.classic.find(({ name }) => name === lift.name);
  if (balancer === undefined)
    return {
      decision: 'impossible',
      ...states,
      now: 'no such balancer',
      because: 'the balancer does not exist any more: give the step up',
    };
  const registered = balancer.instanceIds.includes(facts.instance.instanceId);
  return threeWay({ ...states, now: registered ? states.before : states.ours });
};
