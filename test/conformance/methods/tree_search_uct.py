"""Treequest's standard search of the recorded cases: `python tree_search_uct.py ORIGINALS`, where ORIGINALS holds the checkouts (docs/conformance.md names the commits)."""
import sys

ORIGINALS = sys.argv[1].rstrip("/")
import sys; sys.path.insert(0,ORIGINALS + '/tq/src')
from tree_search_common import *
import importlib
pk=Stub('treequest'); pk.__path__=[ORIGINALS + '/tq/src/treequest']; sys.modules['treequest']=pk
pa=Stub('treequest.algos'); pa.__path__=[ORIGINALS + '/tq/src/treequest/algos']; sys.modules['treequest.algos']=pa
from treequest.algos.standard_mcts import StandardMCTS
rows=[]
for seed in range(240):
    c=[1.414,2,0.5][seed%3]; a=StandardMCTS(samples_per_action=2+seed%2,exploration_weight=c); st=a.init_tree(); n=[0]
    def g(s): n[0]+=1; return (n[0],u(seed,n[0]))
    for _ in range(10+seed%20): st=a.step(st,{'x':g},inplace=True)
    nodes=[x for x in st.tree.get_nodes() if not x.is_root()]; x=nodes[int(u(seed,'n')*len(nodes))]; i=x.expand_idx; p=x.parent.expand_idx
    rows.append([st.value_sums[i]/st.visit_counts[i],st.visit_counts.get(p,1),st.visit_counts[i],c*st.priors.get(i,1.0),a._uct_score(st,x,x.parent)])
open('uct.jsonl','w').write(''.join(json.dumps(r,separators=(',',':'))+'\n' for r in rows)); print(len(rows))
