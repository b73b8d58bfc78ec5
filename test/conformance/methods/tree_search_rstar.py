"""rStar's search of the recorded cases: `python tree_search_rstar.py ORIGINALS`, where ORIGINALS holds the checkouts (docs/conformance.md names the commits)."""
import sys

ORIGINALS = sys.argv[1].rstrip("/")
import sys; sys.path.insert(0,ORIGINALS + '/rstar/run_src')
from tree_search_common import *
import random
import MCTS_backbone as B
class Node(B.MCTS_Node):
    def __init__(s,seed,path,depth,ends,kids): super().__init__(); s.seed=seed; s.path=path; s.d=depth; s.e=ends; s.kids=kids; s.log=None
    def find_children(s,rid):
        s.log.append(s.path)
        out=[]
        for i in range(s.kids(s.path)):
            n=Node(s.seed,s.path+str(i),s.d,s.e,s.kids); n.log=s.log; out.append(n)
        s.ch=out; return out
    def valid(s): return s.path!='' and u(s.seed,'t',s.path)<s.e
    def is_terminal(s): return len(s.path)>=s.d or s.valid()
    def calculate_reward(s): return u(s.seed,'v',s.path) if s.valid() else 0
    def skip_backprop(s): return False
def run(seed,roll,c,sched,depth,ends):
    picks=[]; rng=random.Random(seed)
    class R:
        @staticmethod
        def choice(x):
            i=rng.randrange(len(x)); picks.append(i); return x[i]
    B.random=R
    s=B.MCTS_Searcher(c,sched,roll,1.0)
    kids=lambda p: 2+int(5*u(seed,'k',p))
    root=Node(seed,'',depth,ends,kids); root.log=[]
    ends_=[]
    for i in range(roll): ends_.append(s.do_rollout(root,i).path)
    q=[[round(s.Q[n],12),s.N[n]] for n in root.ch]
    return root.log,picks,ends_,q
if __name__=='__main__':
    rows=[]
    again=0; tot=0
    for seed in range(240):
        r=[16,16,32,8][seed%4]; c=[2,2,1,4][seed//4%4]; sc=['const','lin','exp'][seed%3]; d=[5,5,4,6][seed//3%4]; e=[0.3,0.15,0.5][seed//2%3]
        log,p,en,q=run(seed,r,c,sc,d,e)
        again+=len(en)-len(set(en)); tot+=len(en)
        rows.append({'seed':seed,'simulations':r,'c':c,'schedule':sc,'depth':d,'ends':e,'order':log,'picks':p,'leaves':en,'root':q})
    open('rstar.jsonl','w').write(''.join(json.dumps(r,separators=(',',':'))+'\n' for r in rows))
    print(len(rows),'rollouts that end where one ended before',again,tot)
