import { runDrill } from '/work/main/packages/drill/src/index.ts';
import { config } from '/work/main/cordon.config.ts';
const d = await runDrill({config, scenario: process.argv[2] ?? 'richest', seed:'1', through: (process.argv[3] ?? 'seal') as 'seal', forged:false, listCalls:true}, (l)=>console.error((l.afterMs/1000).toFixed(2), l.what));
const j=d.record.organization.journal;
const t0=d.record.deliveries[0].arrivedAt;
for(const e of j.events) console.log('EVENT',e.at-t0,e.busArn,JSON.stringify(e.event).slice(0,200));
for(const e of (j as any).deliveries??[]) console.log('DELIVERY',JSON.stringify(e).slice(0,400));
for(const c of j.calls) console.log('CALL',c.sentAt-t0,c.service,c.operation,c.caller.split('/').slice(-2).join('/'),JSON.stringify(c.outcome).slice(0,400));
for(const x of d.record.organization.executions()) {console.log('EXEC',x.name,x.status, JSON.stringify(x).slice(0,200)); for (const h of (x as any).history??[]) console.log('  ',h.timestamp-t0, h.type,h.stateName??'', JSON.stringify(h.cause??h.error??'').slice(0,300));}
for(const i of d.result.invariants) console.log(i.held?'held':'BROKEN', i.id, i.detail);
for(const i of d.result.notJudged) console.log('notjudged', i.id, i.why);
console.log(JSON.stringify(d.result.findings), JSON.stringify(d.result.incidents).slice(0,3000));
console.log('serial', d.result.calls.serialBeforeIsolation, d.result.calls.serial.map(c=>c.service+'.'+c.operation).join(' '));
await d.close();
