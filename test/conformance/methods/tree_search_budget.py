"""BG-MCTS of the recorded cases: `python tree_search_budget.py ORIGINALS`, where ORIGINALS holds the checkouts (docs/conformance.md names the commits)."""
import sys

ORIGINALS = sys.argv[1].rstrip("/")
import sys; sys.path.insert(0,ORIGINALS + '/bg/treesearch/src')
from tree_search_common import *
import importlib.util, io, contextlib
# only the algorithm's own modules: the package's __init__ imports every other algorithm
pk=Stub('treesearch'); pk.__path__=[ORIGINALS + '/bg/treesearch/src/treesearch']; sys.modules['treesearch']=pk
pa=Stub('treesearch.algos'); pa.__path__=[ORIGINALS + '/bg/treesearch/src/treesearch/algos']; sys.modules['treesearch.algos']=pa
from treesearch.algos.bg_mcts import BGMCTS
class C: pass
class Ours(BGMCTS):
    """Their class; finished nodes are not revised: they are left out where the best child is looked for."""
    def _select(self, state):
        node=state.tree.root
        if not node.children: state.depth_node[node.expand_idx]=0; return node
        while node.children:
            open_=[c for c in node.children if c.state.generation_result.generation_state[0]=='process']
            if not open_: break
            best=max(open_,key=lambda c:self._bg_puct_score(state,c,node))
            if self._gen_node_score(state,node)>=self._bg_puct_score(state,best,node): break
            node=best
        return node
def run(seed,samples,c,kappa,lam,budget,ends,depth,cls):
    with contextlib.redirect_stdout(io.StringIO()):
        a=cls(samples_per_action=samples,exploration_weight=c,depth_weight=kappa,variance_weight=lam,budget=budget)
    st=a.init_tree(); used=[0]; order=[]; choices=[]
    def gen(node):
        p=node.state.path if node.state else ''
        i=len(node.children); k=p+'abcdefghijklmnopqrstuvwxyz'[i%26]+('' if i<26 else str(i//26))
        s=C(); s.path=k; s.generation_result=C()
        last=len(k)>=depth
        fin = last or u(seed,'t',k)<ends
        s.generation_result.generation_state=('correct','') if fin and cls is not None else ('process','')
        cost=10+int(50*u(seed,'c',k)); used[0]+=cost
        order.append(k)
        return (s,u(seed,'v',k),[],cost,float(used[0]),0,0,0,0,0,0,0,0)
    n=0
    while used[0]<budget and len(order)<120:
        if not st.next_nodes: n+=1
        st=a.step(st,{'x':gen},inplace=True)
    finished=[x for x in st.tree.get_nodes() if not x.is_root() and x.state.generation_result.generation_state[0]!='process']
    best=max(finished,key=lambda x:x.score) if finished else None
    return order, st, best
if __name__=='__main__':
    rows=[]; same=n=0; eff=[0,0]
    for seed in range(240):
        s=[2,2,3,1][seed%4]; c=[2,2,1,4][seed//4%4]; k=[1,1,0.5,2][seed//16%4]; l=[1,1,0.5,3][seed//3%4]; B=[1500,3000,800][seed%3]; e=[0,0.05,0.15,0.3][seed//5%4]; d=[8,12,6][seed//2%3]
        if e==0: d=99
        order,st,best=run(seed,s,c,k,l,B,e,d,Ours)
        o2,_,b2=run(seed,s,c,k,l,B,e,d,BGMCTS)
        if e>0:
            n+=1; same+= order==o2; eff[0]+=best.score if best else 0; eff[1]+=b2.score if b2 else 0
        rows.append({'seed':seed,'samples':s,'c':c,'kappa':k,'lambda':l,'budget':B,'ends':e,'depth':d,'order':order,'answer':best.state.path if best else None})
    open('budget-mcts.jsonl','w').write(''.join(json.dumps(r,separators=(',',':'))+'\n' for r in rows))
    print(len(rows),'same as unchanged',same,n,'best finished',eff[0]/n,eff[1]/n)
