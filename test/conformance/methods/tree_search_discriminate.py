"""rStar's discriminator of the recorded cases: `python tree_search_discriminate.py ORIGINALS`, where ORIGINALS holds the checkouts (docs/conformance.md names the commits)."""
import sys

ORIGINALS = sys.argv[1].rstrip("/")
import sys; sys.path.insert(0,ORIGINALS + '/rstar')
from tree_search_common import *
stub('tqdm','models.vLLM_API','colorama','eval_src.Evaluator','torch','numpy_')
import random, io, contextlib, types as ty


import importlib.util
def load(name,path):
    s=importlib.util.spec_from_file_location(name,path); m=importlib.util.module_from_spec(s); sys.modules[name]=m; s.loader.exec_module(m); return m
sys.modules['common.utils']=Stub('common.utils')
ev=Stub('eval_src.Evaluator'); ev.__all__=[]; sys.modules['eval_src']=Stub('eval_src'); sys.modules['eval_src.Evaluator']=ev; sys.modules['eval_src'].Evaluator=MagicMock()
ru=load('run_src.rstar_utils',ORIGINALS + '/rstar/run_src/rstar_utils.py'); sys.modules['run_src']=Stub('run_src')
d=load('disc_',ORIGINALS + '/rstar/run_src/do_discriminate.py')
class E:
    def check_answers_equiv(s,a,b): return a==b
class A: rc_criteria='reward'
rng=random.Random(7); rows=[]
for n in range(420):
    k=rng.randint(2,12); cands=[]; surv=[]
    for i in range(k):
        f=rng.choice([1,1,1,2,3]); r=[rng.random() for _ in range(f)]
        c=d.Candidate('t%d'%i,[], 'x', rng.choice('abcd'[:rng.randint(2,4)]), i, f, sum(r)); c.rs=r
        c.s=rng.random()<0.5; cands.append(c)
    x=d.MajorityVoteDiscriminator.__new__(d.MajorityVoteDiscriminator); x.args=A(); x.evaluator=E()
    fl=[c for c in cands if c.s]
    try:
        with contextlib.redirect_stdout(io.StringIO()): w=x._find_winner_filtered(cands,fl,fl[0].final_answer if fl else None)
    except AssertionError: continue  # their sum of rewards in another order
    rows.append({'solutions':[[c.final_answer,c.rs,c.s] for c in cands],'winner':w.final_answer})
texts=[]
for n in range(40):
    t=' '.join('w%d'%rng.randint(0,99)+rng.choice(['','',' ','\n']) for _ in range(rng.randint(1,60)))
    m=rng.choice([1,2,4,5])
    texts.append({'text':t,'prefixes':m,'beginnings':[len(p) for p in ru.mask_solution_trace(t,m,0.2,0.5)]})
open('mutual-consistency.jsonl','w').write(''.join(json.dumps(r,separators=(',',':'))+'\n' for r in rows+texts))
print(len(rows),len(texts))
