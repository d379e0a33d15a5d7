import { runDrill } from '/work/main/packages/drill/src/index.ts';
import { config } from '/work/main/cordon.config.ts';
const t=performance.now();
const d = await runDrill({config, scenario: process.argv[2] ?? 'richest', seed:'1', through: (process.argv[3] ?? 'seal') as 'seal', forged:false, listCalls:true}, (l)=>console.error((l.afterMs/1000).toFixed(2), l.what));
console.error('wall', performance.now()-t);
console.log(JSON.stringify(d.result,null,1));
await d.close();
