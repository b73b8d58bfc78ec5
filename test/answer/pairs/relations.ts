import { table } from "./table.ts";

/** Definitions, equations, inequalities, ±. */
export const relations = table(
  "math",
  String.raw`
= x=5 ~~ 5
= x = 5 ~~ x=5
= 5=x ~~ x=5
= 5=x ~~ 5
= x=5 ~~ x=5.0
= x=\frac12 ~~ 0.5
= x_1=3 ~~ 3
= k=1 ~~ 1
= f(x)=2 x ~~ 2x
= f(x)=2x ~~ f(x) = x+x
= f(x)=\frac{1}{x} ~~ 1/x
= f(n)=n, g(n)=1 ~~ g(n)=1, f(n)=n
= f(x)=x,f(x)=2-x ~~ f(x)=2-x, f(x)=x
= m_{\max }=n^{2}-n-1 ~~ n^2-n-1
= M=2^{N-2}+1 ~~ 1+2^{N-2}
= \angle ABC = 90 ~~ 90
= \angle ABC = 90^\circ ~~ 90
= \text{Area} = 12 ~~ 12
= y=2x+1 ~~ 2x+1
= y=2x+1 ~~ y-2x-1=0
= y = 2x+1 ~~ 2x - y = -1
= 5x - 7y + 11z + 4 = 0 ~~ -5x+7y-11z-4=0
= 5x - 7y + 11z + 4 = 0 ~~ 10x-14y+22z+8=0
= x^2+y^2=1 ~~ y^2+x^2=1
= x^2+y^2=1 ~~ 1-x^2-y^2=0
= x^2+y^2=25 ~~ \frac{x^2}{25}+\frac{y^2}{25}=1
= \frac{d x}{d t}=k x-a ~~ \frac{dx}{dt} = -a + kx
= y^{\prime}+r y-r x(t)=0 ~~ y'+ry = rx(t)
= 2+3=5 ~~ 5
= x=1, x=2 ~~ 1, 2
= x=1 \text{ or } x=2 ~~ x=2, x=1
= x = 1, 2 ~~ x=1 or x=2
= x=1, y=2 ~~ y=2, x=1
= x=1, y=2 ~~ (1,2)
= a=2, a=-6-4 \sqrt{2} ~~ -6-4\sqrt2, 2
= S = 2\cdot 3 = 6 ~~ 6
= \pm 2 ~~ 2, -2
= \pm 2 ~~ \{-2,2\}
= ±2 ~~ \pm 2
= x=\pm 2 ~~ \pm 2
= x = \pm 2 ~~ x=2 \text{ or } x=-2
= 1 \pm \sqrt{19} ~~ 1+\sqrt{19}, 1-\sqrt{19}
= 1 \pm \sqrt{19} ~~ 1 \mp \sqrt{19}
= \frac{1\pm\sqrt{5}}{2} ~~ \frac{1+\sqrt5}{2}, \frac{1-\sqrt5}{2}
= x>2 ~~ (2,\infty)
= x > 2 ~~ 2<x
= x\ge 2 ~~ [2,\infty)
= x \geqslant 2 ~~ x \geq 2
= k \ge 2 ~~ k>=2
= x<1 ~~ (-\infty,1)
= 2<x<5 ~~ (2,5)
= 2<x\le 5 ~~ (2,5]
= 5\ge x>2 ~~ 2<x\le 5
= x\in[1,2] ~~ [1,2]
= x \in (1,2) ~~ 1<x<2
= x<1 \text{ or } x>3 ~~ (-\infty,1)\cup(3,\infty)
= x > 2 \text{ and } x < 5 ~~ (2,5)
= x<-1 \cup x>1 ~~ (-\infty,-1)\cup(1,\infty)
= x\ne 1 ~~ (-\infty,1)\cup(1,\infty)
= \{x : x>2\} ~~ (2,\infty)
= \{x \mid 1<x<2\} ~~ (1,2)
= 2x>4 ~~ x>2
= -x<3 ~~ x>-3
= 3x+1\le 7 ~~ x\le 2
= x+y>2 ~~ 2x+2y>4
= x+y>2 ~~ 2<x+y
= x^2+y^2\le 1 ~~ 1\ge x^2+y^2
= \approx 3 ~~ 3
= f(x)=x^2, x>0 ~~ f(x)=x^2, x>0
! x=5 ~~ x=6
! x=5 ~~ y=5
! x=5 ~~ 6
! x=5 ~~ -5
! x=5 ~~ x
! f(x)=2x ~~ 3x
! f(x)=2x ~~ g(x)=3x
! k=1 ~~ n=1
! x^2+1=0 ~~ 0
! x-5=0 ~~ 0
! 2+3=6 ~~ 6
! y=2x+1 ~~ y=2x
! y=2x+1 ~~ y=2x-1
! y=2x+1 ~~ x=2y+1
! x^2+y^2=1 ~~ x^2+y^2=2
! x^2+y^2=1 ~~ x^2-y^2=1
! x^2=y^2 ~~ x=y
! 5x - 7y + 11z + 4 = 0 ~~ 5x - 7y + 11z - 4 = 0
! x=1, y=2 ~~ x=2, y=1
! x=1, x=2 ~~ x=1
! \pm 2 ~~ 2
! \pm 2 ~~ \pm 3
! 1 \pm \sqrt{19} ~~ 1 + \sqrt{19}
! 1 \pm \sqrt{19} ~~ 1 \pm \sqrt{17}
! x>2 ~~ x<2
! x>2 ~~ x\ge 2
! x>2 ~~ y>2
! x>2 ~~ x=2
! x>2 ~~ (2,3)
! x\le 5 ~~ (-\infty,5)
! 2<x<5 ~~ [2,5]
! x<1 \text{ or } x>3 ~~ (1,3)
! 2x>4 ~~ x>4
! -x<3 ~~ x<-3
! x+y>2 ~~ x+y<2
! x+y>2 ~~ x+y\ge 2
! x+y>2 ~~ -x-y>-2
! x\in[1,2] ~~ [1,2)
! x\ne 1 ~~ x=1
! x>2 ~~ 2
`,
);
