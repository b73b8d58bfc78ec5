/** A paper as public pages name it. */
export interface Paper {
  readonly title: string;
  /** As BibTeX joins them; null where no page that was read names them. */
  readonly authors: string | null;
}

/**
 * Papers that strategies, verifiers and metrics name, by arXiv number: number, title and authors, of which the first
 * twelve are named. Taken from the papers' own repositories and from public lists; what none of them says is left out.
 */
const table = `
2107.03374 | Evaluating Large Language Models Trained on Code | Mark Chen and Jerry Tworek and Heewoo Jun and Qiming Yuan and Henrique Ponde de Oliveira Pinto and Jared Kaplan and Harri Edwards and Yuri Burda and Nicholas Joseph and Greg Brockman and Alex Ray and Raul Puri and others
2110.14168 | Training Verifiers to Solve Math Word Problems | Karl Cobbe and Vineet Kosaraju and Mohammad Bavarian and Mark Chen and Heewoo Jun and Lukasz Kaiser and Matthias Plappert and Jerry Tworek and Jacob Hilton and Reiichiro Nakano and Christopher Hesse and John Schulman
2201.11903 | Chain of Thought Prompting Elicits Reasoning in Large Language Models | Jason Wei and Xuezhi Wang and Dale Schuurmans and Maarten Bosma and Brian Ichter and Fei Xia and Ed Chi and Quoc Le and Denny Zhou
2203.07814 | Competition-Level Code Generation with AlphaCode
2203.11171 | Self-Consistency Improves Chain of Thought Reasoning in Language Models | Xuezhi Wang and Jason Wei and Dale Schuurmans and Quoc Le and Ed Chi and Sharan Narang and Aakanksha Chowdhery and Denny Zhou
2205.10625 | Least-to-most prompting enables complex reasoning in large language models
2205.11916 | Large Language Models are Zero-Shot Reasoners
2205.14318 | Learning from Self-Sampled Correct and Partially-Correct Programs
2206.02336 | Making Large Language Models Better Reasoners with Step-Aware Verifier
2210.00720 | Complexity-Based Prompting for Multi-Step Reasoning
2210.03493 | Automatic Chain of Thought Prompting in Large Language Models
2211.10435 | PAL: Program-aided Language Models
2211.12588 | Program of Thoughts Prompting: Disentangling Computation from Reasoning for Numerical Reasoning Tasks
2211.13892 | Complementary Explanations for Effective In-Context Learning
2211.14275 | Solving math word problems with process- and outcome-based feedback | Jonathan Uesato and Nate Kushman and Ramana Kumar and Francis Song and Noah Siegel and Lisa Wang and Antonia Creswell and Geoffrey Irving and Irina Higgins
2212.09561 | Large Language Models are Reasoners with Self-Verification
2303.11366 | Reflexion: Language Agents with Verbal Reinforcement Learning | Noah Shinn and Federico Cassano and Edward Berman and Ashwin Gopinath and Karthik Narasimhan and Shunyu Yao
2303.17651 | Self-Refine: Iterative Refinement with Self-Feedback
2305.04091 | Plan-and-Solve Prompting: Improving Zero-Shot Chain-of-Thought Reasoning by Large Language Models | Lei Wang and Wanyu Xu and Yihuai Lan and Zhiqiang Hu and Yunshi Lan and Roy Ka-Wei Lee and Ee-Peng Lim
2305.10601 | Tree of Thoughts: Deliberate Problem Solving with Large Language Models | Shunyu Yao and Dian Yu and Jeffrey Zhao and Izhak Shafran and T. Griffiths and Yuan Cao and Karthik Narasimhan
2305.11738 | CRITIC: Large Language Models Can Self-Correct with Tool-Interactive Critiquing
2305.11860 | Let's Sample Step by Step: Adaptive-Consistency for Efficient Reasoning with LLMs | Pranjal Aggarwal and Aman Madaan and Yiming Yang and Mausam
2305.14325 | Improving Factuality and Reasoning in Language Models through Multiagent Debate
2305.14992 | Reasoning with Language Model is Planning with World Model | Shibo Hao and Yi Gu and Haodi Ma and Joshua Jiahua Hong and Zhen Wang and D. Wang and Zhiting Hu
2306.05685 | Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena | Lianmin Zheng and Wei-Lin Chiang and Ying Sheng and Siyuan Zhuang and Zhanghao Wu and Yonghao Zhuang and Zi Lin and Zhuohan Li and Dacheng Li and Eric P. Xing and Hao Zhang and Joseph E. Gonzalez and others
2308.01861 | ClassEval: A Manually-Crafted Benchmark for Evaluating LLMs on Class-level Code Generation | Xueying Du and Mingwei Liu and Kaixin Wang and Hanlin Wang and Junwei Liu and Yixuan Chen and Jiayi Feng and Chaofeng Sha and Xin Peng and Yiling Lou
2309.11495 | Chain-of-Verification Reduces Hallucination in Large Language Models
2309.17452 | ToRA: A Tool-Integrated Reasoning Agent for Mathematical Problem Solving | Zhibin Gou and Zhihong Shao and Yeyun Gong and Yelong Shen and Yujiu Yang and Minlie Huang and Nan Duan and Weizhu Chen
2310.01714 | Large Language Models as Analogical Reasoners | Michihiro Yasunaga and Xinyun Chen and Yujia Li and Panupong Pasupat and Jure Leskovec and Percy Liang and Ed H. Chi and Denny Zhou
2310.01798 | Large Language Models Cannot Self-Correct Reasoning Yet | Jie Huang and Xinyun Chen and Swaroop Mishra and Huaixiu Steven Zheng and Adams Wei Yu and Xinying Song and Denny Zhou
2310.04406 | Language Agent Tree Search Unifies Reasoning Acting and Planning in Language Models | Andy Zhou and Kai Yan and Michal Shlapentokh-Rothman and Haohan Wang and Yu-Xiong Wang
2310.06117 | Take a Step Back: Evoking Reasoning via Abstraction in Large Language Models | Huaixiu Steven Zheng and Swaroop Mishra and Xinyun Chen and Heng-Tze Cheng and Ed H. Chi and Quoc V Le and Denny Zhou
2311.09724 | OVM, Outcome-supervised Value Models for Planning in Mathematical Reasoning | Fei Yu and Anningzhe Gao and Benyou Wang
2311.17311 | Universal Self-Consistency for Large Language Model Generation
2312.08935 | Math-Shepherd: Verify and Reinforce LLMs Step-by-Step without Human Annotations | Peiyi Wang and Lei Li and Zhihong Shao and R.X. Xu and Damai Dai and Yifei Li and Deli Chen and Y.Wu and Zhifang Sui
2312.17080 | MR-GSM8K: A Meta-Reasoning Benchmark for Large Language Model Evaluation | Zhongshen Zeng and Pengguang Chen and Shu Liu and Haiyun Jiang and Jiaya Jia
2401.10480 | Escape Sky-High Cost: Early-Stopping Self-Consistency for Multi-Step Reasoning
2402.10200 | Chain-of-Thought Reasoning Without Prompting | Xuezhi Wang and Denny Zhou
2403.18746 | CYCLE: Learning to Self-Refine the Code Generation
2405.03553 | AlphaMath Almost Zero: Process Supervision without Process | Guoxin Chen and Minpeng Liao and Chengxi Li and Kai Fan
2406.03816 | ReST-MCTS*: LLM Self-Training via Process Reward Guided Tree Search | Zhang, Dan and Zhoubian, Sining and Hu, Ziniu and Yue, Yisong and Dong, Yuxiao and Tang, Jie
2406.04271 | Buffer of Thoughts: Thought-Augmented Reasoning with Large Language Models
2406.04692 | Mixture-of-Agents Enhances Large Language Model Capabilities | Junlin Wang and Jue Wang and Ben Athiwaratkun and Ce Zhang and James Zou
2406.06592 | Improve Mathematical Reasoning in Language Models by Automated Process Supervision | Liangchen Luo and Yinxiao Liu and Rosanne Liu and Samrat Phatale and Harsh Lara and Yunxuan Li and Lei Shu and Yun Zhu and Lei Meng and Jiao Sun and Abhinav Rastogi
2406.06647 | How Efficient is LLM-Generated Code? A Rigorous & High-Standard Benchmark
2406.07394 | Accessing GPT-4 Level Mathematical Olympiad Solutions via Monte Carlo Tree Self-Refine with LLaMa-3 8B | Di Zhang and Xiaoshui Huang and Dongzhan Zhou and Yuqiang Li and Wanli Ouyang
2407.00320 | Litesearch: Efficacious tree search for llm | Wang, Ante and Song, Linfeng and Tian, Ye and Peng, Baolin and Yu, Dian and Mi, Haitao and Su, Jinsong and Yu, Dong
2407.01476 | Tree Search for Language Model Agents | Jing Yu Koh and Stephen McAleer and Daniel Fried and Ruslan Salakhutdinov
2407.04078 | DotaMath: Decomposition of Thought with Code Assistance and Self-correction for Mathematical Reasoning
2407.21787 | Large Language Monkeys: Scaling Inference Compute with Repeated Sampling | Bradley Brown and Jordan Juravsky and Ryan Ehrlich and Ronald Clark and Quoc V. Le and Christopher R'e and Azalia Mirhoseini
2408.00724 | An Empirical Analysis of Compute-Optimal Inference for Problem-Solving with Language Models | Yangzhen Wu and Zhiqing Sun and Shanda Li and Sean Welleck and Yiming Yang
2408.03314 | Scaling LLM Test-Time Compute Optimally can be More Effective than Scaling Model Parameters | Charlie Snell and Jaehoon Lee and Kelvin Xu and Aviral Kumar
2408.06195 | Mutual Reasoning Makes Smaller LLMs Stronger Problem-Solvers | Zhenting Qi and Mingyuan Ma and Jiahang Xu and Li Lyna Zhang and Fan Yang and Mao Yang
2408.15240 | Generative Verifiers: Reward Modeling as Next-Token Prediction | Lunjun Zhang and Arian Hosseini and Hritik Bansal and Mehran Kazemi and Aviral Kumar and Rishabh Agarwal
2409.03733 | Planning In Natural Language Improves LLM Search For Code Generation | Evan Wang and Federico Cassano and Catherine Wu and Yunfeng Bai and Will Song and Vaskar Nath and Ziwen Han and Sean Hendryx and Summer Yue and Hugh Zhang
2409.08642 | CPL: Critical Plan Step Learning Boosts LLM Generalization in Reasoning Tasks | Tianlong Wang and Junzhe Chen and Xueting Han and Jing Bai
2409.12122 | Qwen2.5-Math Technical Report: Toward Mathematical Expert Model via Self-Improvement | An Yang and Beichen Zhang and Binyuan Hui and Bofei Gao and Bowen Yu and Chengpeng Li and Dayiheng Liu and Jianhong Tu and Jingren Zhou and Junyang Lin and Keming Lu and Mingfeng Xue and others
2410.05229 | GSM-Symbolic: Understanding the Limitations of Mathematical Reasoning in Large Language Models | Iman Mirzadeh and Keivan Alizadeh and Hooman Shahrokhi and Oncel Tuzel and Samy Bengio and Mehrdad Farajtabar
2410.20290 | Fast Best-of-N Decoding via Speculative Rejection | Sun, Hanshi and Haider, Momin and Zhang, Ruiqi and Yang, Huitao and Qiu, Jiahao and Yin, Ming and Wang, Mengdi and Bartlett, Peter and Zanette, Andrea
2411.19943 | Critical Tokens Matter: Token-Level Contrastive Estimation Enhances LLM's Reasoning Capability
2412.01981 | Free Process Rewards without Process Labels
2412.06559 | PROCESSBENCH: Identifying Process Errors in Mathematical Reasoning | Chujie Zheng and Zhenru Zhang and Beichen Zhang and Runji Lin and Keming Lu and Bowen Yu and Dayiheng Liu and Jingren Zhou and Junyang Lin
2412.13147 | Are Your LLMs Capable of Stable Reasoning?
2412.21199 | HumanEval Pro and MBPP Pro: Evaluating Large Language Models on Self-invoking Code Generation | Yu, Zhaojian and Zhao, Yilun and Cohan, Arman and Zhang, Xiao-Ping
2501.04519 | rStar-Math: Small LLMs Can Master Math Reasoning with Self-Evolved Deep Thinking | Xinyu Guan and L. Zhang and Yifei Liu and Ning Shang and Youran Sun and Yi Zhu and Fan Yang and Mao Yang
2501.07301 | The Lessons of Developing Process Reward Models in Mathematical Reasoning | Zhenru Zhang and Chujie Zheng and Yangzhen Wu and Beichen Zhang and Runji Lin and Bowen Yu and Dayiheng Liu and Jingren Zhou and Junyang Lin
2501.13766 | UGMathBench: A Diverse and Dynamic Benchmark for Undergraduate-Level Mathematical Reasoning with Large Language Models | Xu, Xin and Zhang, Jiaxin and Chen, Tianhao and Chao, Zitong and Hu, Jishan and Yang, Can
2501.19324 | Reward-Guided Speculative Decoding for Efficient LLM Reasoning | Baohao Liao and Yuhui Xu and Hanze Dong and Junnan Li and Christof Monz and Silvio Savarese and Doyen Sahoo and Caiming Xiong
2501.19393 | s1: Simple test-time scaling | Niklas Muennighoff and Zitong Yang and Weijia Shi and Xiang Lisa Li and Fei-Fei Li and Hanna Hajishirzi and Luke S. Zettlemoyer and Percy Liang and Emmanuel J. Candes and Tatsunori Hashimoto
2502.01618 | Rollout Roulette: A Probabilistic Inference Approach to Inference-Time Scaling of LLMs using Particle-Based Monte Carlo Methods | Isha Puri and Shivchander Sudalairaj and Guangxuan Xu and Kai Xu and Akash Srivastava
2502.01839 | Sample, Scrutinize and Scale: Effective Inference-Time Search by Scaling Verification | Eric Zhao and Pranjal Awasthi and Sreenivas Gollapudi
2502.07154 | Rethinking Fine-Tuning when Scaling Test-Time Compute: Limiting Confidence Improves Mathematical Reasoning
2502.18581 | Scalable Best-of-N Selection for Large Language Models via Self-Certainty | Kang, Zhewei and Zhao, Xuandong and Song, Dawn
2503.04412 | Wider or Deeper? Scaling LLM Inference-Time Compute with Adaptive Branching Tree Search | Inoue, Yuichi and Misaki, Kou and Imajuku, Yuki and Kuroki, So and Nakamura, Taishi and Akiba, Takuya
2503.07572 | Optimizing Test-Time Compute via Meta Reinforcement Fine-Tuning | Yuxiao Qu and Matthew Y. R. Yang and Amrith Rajagopal Setlur and Lewis Tunstall and E. Beeching and Ruslan Salakhutdinov and Aviral Kumar
2504.00891 | GenPRM: Scaling Test-Time Compute of Process Reward Models via Generative Reasoning | Jian Zhao and Runze Liu and Kaiyan Zhang and Zhimu Zhou and Junqi Gao and Dong Li and Jiafei Lyu and Zhouyi Qian and Biqing Qi and Xiu Li and Bowen Zhou
2504.16828 | Process Reward Models That Think | Muhammad Khalifa and Rishabh Agarwal and Lajanugen Logeswaran and Jaekyeom Kim and Hao Peng and Moontae Lee and Honglak Lee and Lu Wang
2504.16891 | AIMO-2 Winning Solution: Building State-of-the-Art Mathematical Reasoning Models with OpenMathReasoning dataset | Ivan Moshkov and Darragh Hanley and Ivan Sorokin and Shubham Toshniwal and Christof Henkel and Benedikt Schifferer and Wei Du and Igor Gitman
2506.01939 | Beyond the 80/20 Rule: High-Entropy Minority Tokens Drive Effective Reinforcement Learning for LLM Reasoning
2506.15707 | Every Rollout Counts: Optimal Resource Allocation for Efficient Test-Time Scaling | Xinglin Wang and Yiwei Li and Shaoxiong Feng and Peiwen Yuan and Yueqi Zhang and Jiayi Shi and Chuyi Tan and Boyuan Pan and Yao Hu and Kan Li
2507.14958 | MUR: Momentum Uncertainty guided Reasoning for Large Language Models | Hang Yan and Fangzhi Xu and Rongman Xu and Yifei Li and Jian Zhang and Haoran Luo and Xiaobao Wu and Luu Anh Tuan and Haiteng Zhao and Qika Lin and Jun Liu
2507.17797 | GenSelect: A Generative Approach to Best-of-N
2508.15260 | Deep think with confidence | Fu, Yichao and Wang, Xuewei and Tian, Yuandong and Zhao, Jiawei
2602.09574 | Aligning Tree-Search Policies with Fixed Token Budgets in Test-Time Scaling of LLMs | Sora Miyamoto and Daisuke Oba and Naoaki Okazaki
`;

export const papers: ReadonlyMap<string, Paper> = new Map(
  table
    .trim()
    .split("\n")
    .map((line) => {
      const [number = "", title = "", authors] = line.split(" | ");
      return [number, { title, authors: authors ?? null }] as const;
    }),
);
