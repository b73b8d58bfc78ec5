"""ReST-MCTS* of the recorded cases: `python tree_search_rest.py ORIGINALS`, where ORIGINALS holds the checkouts (docs/conformance.md names the commits)."""
import sys

ORIGINALS = sys.argv[1].rstrip("/")
import sys; sys.path.insert(0,ORIGINALS + '/rest')
from tree_search_common import *
import random, io, contextlib
from MCTS import mcts as M
class Task: pass
def run(seed, branch, iters, c, depth, ends, alpha, roll, gate):
    t=Task(); t.branch=branch; t.roll_branch=1; t.roll_forward_steps=roll; t.exploration_constant=c; t.alpha=alpha
    t.end_gate=gate; t.low=0; t.INF=1.0; t.iteration_limit=iters; t.limit_type='iterations'; t.use_reflection='simple'
    t.sample_value='simple'; t.reward_model_type='vm'; t.roll_policy='greedy'; t.node_count=1
    t.update_count=lambda: setattr(t,'node_count',t.node_count+1)
    drawn={}
    log=[]
    ended=lambda y: len(y)>=depth or (y!='' and u(seed,'t',y)<ends)
    def step(y,n):
        # children of a node are its first `branch` draws, in a rollout the policy draws by a key of its own
        if t.rolling:
            return str(int(u(seed,'r',t.roll_from,y)*branch))
        i=drawn.get(y,0); drawn[y]=i+1
        return str(i)
    t.get_next_step=step
    t.get_step_value=lambda y: u(seed,'v',y)
    t.get_simple_reflection=lambda y,n: '<end>' if ended(y) else '<continue>'
    t.rolling=False
    ex0=M.get_next_steps_expand; gp0=M.greedyPolicy
    def ex(node,task):
        log.append(node.y); return ex0(node,task)
    def gp(node,task):
        t.rolling=True; t.roll_from=node.y
        if not ended(node.y): log.append('>'+node.y)
        try: return gp0(node,task)
        finally: t.rolling=False
    M.get_next_steps_expand=ex; M.greedyPolicy=gp
    with contextlib.redirect_stdout(io.StringIO()):
        root,node,fin=M.MCTS_search(t)
    M.get_next_steps_expand=ex0; M.greedyPolicy=gp0
    best=None
    if node is None: best,_=root.getBestV()
    st=[[round(n.V,12),n.numVisits] for n in root.children.values()]
    return log, st, (node.y if node is not None else None), (best.y if best is not None else None)
if __name__=='__main__':
    rows=[]
    for seed in range(240):
        b=[3,3,4,2][seed%4]; it=[20,40,12,16][seed//4%4]; c=[0.7,0.7,0.4,1.5][seed//16%4]; d=[6,5,8,4][seed//3%4]; e=[0.1,0.2,0.04][seed%3]
        a=[0.5,0.5,0.3][seed//5%3]; r=[3,3,2,1][seed//7%4]; g=[0.9,0.97,2][seed//11%3]
        log,st,stop,best=run(seed,b,it,c,d,e,a,r,g)
        rows.append({'seed':seed,'branching':b,'simulations':it,'c':c,'depth':d,'ends':e,'mix':a,'roll':r,'stopAt':g,'order':log,'root':st,'stop':stop,'best':best})
    open('rest-mcts.jsonl','w').write(''.join(json.dumps(r,separators=(',',':'))+'\n' for r in rows))
    print(len(rows), 'stopped', sum(r['stop'] is not None for r in rows))
