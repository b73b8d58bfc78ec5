"""AlphaMath of the recorded cases: `python tree_search_alpha.py ORIGINALS`, where ORIGINALS holds the checkouts (docs/conformance.md names the commits)."""
import sys

ORIGINALS = sys.argv[1].rstrip("/")
import sys; sys.path.insert(0,ORIGINALS + '/alpha')
from tree_search_common import *
stub('tqdm','vllm','vllm.outputs','torch','timeout_decorator','math_evaluation','timeout_decorator')
sys.modules['torch'].inference_mode = lambda *a, **k: (lambda f: f)
sys.modules['timeout_decorator'].timeout = lambda *a, **k: (lambda f: f)
sys.modules['vllm.outputs'].CompletionOutput = object; sys.modules['vllm.outputs'].RequestOutput = object
import warnings; warnings.filterwarnings('ignore')
from mcts_math.agents.mcts import MCTS
from mcts_math.nodes import MCTSNode
from mcts_math.agents.step_beam import SBSREACT
from mcts_math.constants import NO_VALID_CHILD
import random
import numpy as np
class T: pass
for n in ['create_node','selection','select_child','expand_node','create_child','eval_final_answer','select_next_step','generate_next_step','return_states']:
    setattr(T,n,MCTS.__dict__[n])
T.is_valid_final_answer_node = staticmethod(SBSREACT.__dict__['is_valid_final_answer_node'].__func__)
T.REACT_NODE_KEYS=['action','action_input','final_answer']
class C: pass
class Out: pass
import importlib.util
spec=importlib.util.spec_from_file_location('off',ORIGINALS + '/alpha/offline_inference.py'); off=importlib.util.module_from_spec(spec); sys.modules['off']=off; spec.loader.exec_module(off)
def run(seed, branching, iterations, c, depth, ends):
    t=T(); cfg=C(); t.config=cfg
    cfg.c_puct=c; cfg.negative_reward=-1.0; cfg.positive_reward=1.0; cfg.verbose=False; cfg.remove_duplicate=False
    cfg.max_depth=depth-1; cfg.update_leaf_value=False; cfg.errors_threshold=3; cfg.step_delim='\n'
    t.ground_truth=None; t.candidate_nodes=[]; t.current_nodes=[]; t.final_answer_nodes=[]
    t.root=t.create_node(); t.question='q'; t.llm=None
    path={t.root.tag:''}
    key=lambda node: ''.join(node.tag.split('.')[1:])
    # value in [-1,1]; prior as log-probability; terminal
    t.step_unwrap=lambda text: (text, None if text.startswith('x') else {'final_answer': text[1:] if text.startswith('f') else '', 'action':'', 'action_input':''})
    order=[]; early=0
    t.select_next_step(None)
    while len(order)<iterations:
        if not t.current_nodes:
            if t.root.is_terminal: break
            # theirs ends here for good; their own selection called again
            if not early: early=iterations-len(order)
            t.select_next_step(None); continue
        node=t.current_nodes[0]; k=key(node); order.append(k)
        out=Out(); out.value_estimate = 2*u(seed,'v',k)-1 if k else 0.0
        out.outputs=[]
        for i in range(branching):
            ck=k+str(i); o=Out(); lp=np.log(0.05+0.95*u(seed,'p',ck)); o.cumulative_logprob=lp; o.token_ids=[0]
            r=u(seed,'t',ck); last=len(ck)>=depth
            o.text=('f' if r<ends else 'x' if r<ends*1.25 else 'f' if last and r<0.8 else 's')+ck
            out.outputs.append(o)
        t.generate_next_step([out])
        vals=[]
        for n in t.candidate_nodes:
            v=Out(); v.value_estimate=2*u(seed,'v',key(n))-1; vals.append(v)
        t.select_next_step(vals)
    states=t.return_states()
    tree={tag:{k:v for k,v in s.items() if k in('text','final_answer','value','q_value','prior','visit_count')} for tag,s in states.items()}
    sol=off.get_solution({'question':'q','react':{k:dict(v) for k,v in tree.items()}}, prune=True, b1=1, b2=branching, strategy='q_value')
    q=[[round(float((c_.q_value()+1)/2),12), c_.visit_count()] for c_ in t.root.children]
    return order,q,(None if sol is None else ''.join(sol['tag'].split('.')[1:])),early
if __name__=='__main__':
    rows=[]; lost=[]; stopped=0
    for seed in range(240):
        b=[5,5,3,4][seed%4]; it=[40,24,40,16][seed//4%4]; c=[1.25,1.25,0.5,3.0][seed//16%4]; d=[8,5,8,4][seed//3%4]; e=[0.1,0.25,0.04][seed%3]
        order,q,ans,early=run(seed,b,it,c,d,e)
        if early: stopped+=1; lost.append(early/it)
        rows.append({'seed':seed,'branching':b,'simulations':it,'c':c,'depth':d,'ends':e,'order':order,'root':q,'answer':ans})
    open('alpha-math.jsonl','w').write(''.join(json.dumps(r,separators=(',',':'))+'\n' for r in rows))
    print(len(rows),'stopped',stopped,'lost share',sum(lost)/max(1,len(lost)), 'none',sum(r['answer'] is None for r in rows))
