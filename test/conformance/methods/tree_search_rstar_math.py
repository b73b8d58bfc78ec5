"""rStar-Math of the recorded cases: `python tree_search_rstar_math.py ORIGINALS`, where ORIGINALS holds the checkouts (docs/conformance.md names the commits)."""
import sys

ORIGINALS = sys.argv[1].rstrip("/")
import sys; sys.path.insert(0,ORIGINALS + '/rstarmath')
from tree_search_common import *
stub('tqdm','vllm','vllm.outputs','torch','timeout_decorator','timeout_decorator','pebble','sympy','latex2sympy2','sympy.parsing.latex','sympy.parsing.sympy_parser','regex','word2number','transformers','datasets','func_timeout','pylatexenc','IPython')
import warnings; warnings.filterwarnings('ignore')
sys.modules['timeout_decorator'].timeout = lambda *a, **k: (lambda f: f)
sys.modules['vllm.outputs'].CompletionOutput = object; sys.modules['vllm.outputs'].RequestOutput = object
import types as _t
# graders are not used here
for n in ['rstar_deepthink.agents.utils']:
    m=Stub(n); m.math_equiv=lambda a,b: a==b; sys.modules[n]=m
from rstar_deepthink.agents.mcts import MCTS
from rstar_deepthink.agents.beam_search import BS
import numpy as np
class T: pass
for n in ['create_node','selection','select_child','expand_node','create_child','eval_final_answer','select_next_step','generate_next_step','return_states','record_intermediate_metric']:
    setattr(T,n,MCTS.__dict__[n])
for n in ['should_generate_next','has_expanded','is_ignored_node']: setattr(T,n,BS.__dict__[n])
T.is_valid_final_answer_node = staticmethod(BS.__dict__['is_valid_final_answer_node'].__func__)
T.NODE_KEYS=['action','action_input','final_answer']
class C: pass
def run(seed, branching, rollouts, c, depth, ends, ppm=True, keep_first=False):
    t=T(); cfg=C(); t.config=cfg
    cfg.c_puct=c; cfg.negative_reward=-1.0; cfg.positive_reward=1.0; cfg.max_depth=depth-1; cfg.update_leaf_value=ppm
    cfg.errors_threshold=1; cfg.step_delim='\n'; cfg.is_sampling=False; cfg.terminal_sample=not ppm
    t.ground_truth='zz'; t.candidate_nodes=[]; t.current_nodes=[]; t.final_answer_nodes=[]; t.question='q'; t.search_node=None
    t.intermediate_metric={"question":"","gt":"","answers":[],"judgements":[],"value_estimate":[],"rollout_indexs":[]}
    t.root=t.create_node(); t.root.tag='0'
    key=lambda n: ''.join(str(int(x)-1) for x in n.tag.split('.')[1:])
    t.step_unwrap=lambda text: (text, None if text.startswith('x') else {'final_answer': text[1:] if text.startswith('f') else '', 'action':'', 'action_input':''})
    order=[]; per=[]
    t.select_next_step(); 
    for r in range(rollouts):
        t.select_next_step(from_root=True); t.rollout_idx=r
        for step in range(depth):
            if not t.should_generate_next(): break
            if t.has_expanded(): t.select_next_step(None); continue
            node=t.current_nodes[0]; k=key(node); order.append(k)
            o=C(); o.value_estimate=0; o.outputs=[]
            for i in range(branching):
                ck=k+str(i); x=C(); x.stop_reason=''
                z=u(seed,'t',ck); last=len(ck)>=depth
                x.text=('f' if z<ends else 'x' if z<ends*1.25 else 'f' if last and z<0.8 else 's')+ck
                o.outputs.append(x)
            if keep_first:
                fs=[x for x in o.outputs if x.text[0]=='f']
                if fs: o.outputs=fs[:1]
            t.generate_next_step([o])
            vals=[]
            for n in t.candidate_nodes:
                v=C(); kk=n.state['text'][1:]; v.value_estimate=2*u(seed,'v',kk)-1; vals.append(v)
            t.select_next_step(vals)
        per.append(len(order))
    fin=[n for n in t.final_answer_nodes]
    best=sorted(fin,key=lambda n:n.q_value(),reverse=True)
    q=[[round(float((n.q_value()+1)/2),12), n.visit_count()] for n in t.root.children]
    return order, per, q, (best[0].state['final_answer'] if best else None)
if __name__=='__main__':
    rows=[]; same=0; n=0; tot=[0,0]; val=[0,0]
    for seed in range(240):
        b=[8,5,3,6][seed%4]; it=[8,12,8,16][seed//4%4]; c=[2,2,1,4][seed//16%4]; d=[8,5,6,4][seed//3%4]; e=[0.1,0.25,0.04][seed%3]
        ppm=seed%5!=4
        order,per,q,ans=run(seed,b,it,c,d,e,ppm)
        _,p2,_,a2=run(seed,b,it,c,d,e,ppm,True)
        if ppm:
            n+=1; same+=ans==a2; tot[0]+=len(order); tot[1]+=p2[-1]
            val[0]+=u(seed,'v',ans) if ans else 0; val[1]+=u(seed,'v',a2) if a2 else 0
        rows.append({'seed':seed,'branching':b,'simulations':it,'c':c,'depth':d,'ends':e,'ppm':ppm,'order':order,'root':q,'answer':ans})
    open('rstar-math.jsonl','w').write(''.join(json.dumps(r,separators=(',',':'))+'\n' for r in rows))
    print(len(rows),'same with keep-first',same,n,'expansions',tot,'value',val[0]/n,val[1]/n,sum(r['answer'] is None for r in rows))
