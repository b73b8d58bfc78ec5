import { table } from "./table.ts";

/** Tuples, lists, sets, intervals, unions, matrices. */
export const collections = table(
  "math",
  String.raw`
= (1,2) ~~ (1, 2)
= (1,2) ~~ \left( 1, 2 \right)
= \left( 3, \frac{\pi}{2} \right) ~~ (3,\pi/2)
= (6,31,-1) ~~ ( 6, 31, -1 )
= \left( \frac{3}{2}, -13 \right) ~~ (1.5,-13)
= (\sqrt{8},1) ~~ (2\sqrt{2},1)
= (1,2) ~~ 1,2
= (45^{\circ}, 60^{\circ}) ~~ (45,60)
= (4, \log_{10} 2) ~~ (4,\frac{\ln 2}{\ln 10})
= ((1,2),(3,4)) ~~ ((1, 2), (3, 4))
= \langle 1, 2 \rangle ~~ (1,2)
= [1,2,3] ~~ [1, 2, 3]
= [1,2,3] ~~ (1,2,3)
= 1,2 ~~ 2,1
= 1, -2 ~~ -2, 1
= 3, 5, 7 ~~ 7, 5, 3
= 1 and 2 ~~ 1, 2
= 1 \text{ and } 2 ~~ 2 \text{ and } 1
= 1, 2, and 3 ~~ 1, 2, 3
= 1 or 2 ~~ 2, 1
= 1; 2 ~~ 1, 2
= $69$,$84$ ~~ 84, 69
= \boxed{1} and \boxed{2} ~~ 1, 2
= 10,11,12 ~~ 12, 11, 10
= 100,200 ~~ 200, 100
= 1,234 ~~ 1, 234
= (1,1), (3,2) ~~ (3,2), (1,1)
= (1,8,19), (2,7,13), (4,5,7) ~~ (4,5,7),(1,8,19),(2,7,13)
= (2,4) \text{ and } (4,2) ~~ (4,2), (2,4)
= \frac{1}{2},\sqrt{x} ~~ \sqrt{x}, 0.5
= \{1,2\} ~~ \{2,1\}
= \{1,2\} ~~ \{1, 2, 2\}
= \{1,2\} ~~ 1, 2
= \{1,2\} ~~ {2, 1}
= \{ \frac12, 3 \} ~~ \{3, 0.5\}
= \{5\} ~~ 5
= \left\{ 1, 2 \right\} ~~ \{1,2\}
= \emptyset ~~ \varnothing
= \{\} ~~ \emptyset
= \emptyset ~~ no solution
= ∅ ~~ \emptyset
= [0,1] ~~ [0, 1]
= \left[0,\frac12\right] ~~ [0,0.5]
= (3,4] ~~ \left(3, 4\right]
= (2,\infty) ~~ (2, +\infty)
= (2,\infty) ~~ (2,∞)
= (-\infty,-5) ~~ \left(-\infty, -5\right)
= [\frac{1}{2}, 8] ~~ [0.5,8]
= (-\infty,1)\cup(2,3) ~~ (2,3)\cup(-\infty,1)
= (-\infty, 0) \cup\{1\} ~~ \{1\} \cup (-\infty,0)
= (-\sqrt{11},-2)\cup (\sqrt{11},9) ~~ (\sqrt{11},9) ∪ (-\sqrt{11},-2)
= (0,2]\cup(1,3) ~~ (0,3)
= [0,1]\cup[1,2] ~~ [0,2]
= \mathbb{R} ~~ (-\infty,\infty)
= \mathbb{R}\setminus\{1\} ~~ (-\infty,1)\cup(1,\infty)
= (0,1) U (2,3) ~~ (0,1)\cup(2,3)
= \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} ~~ \begin{bmatrix} 1&2\\3&4 \end{bmatrix}
= \begin{pmatrix} -1/3 \\ 2/3 \\ 5/3 \end{pmatrix} ~~ \begin{pmatrix} -\frac13 \\ \frac23 \\ \frac53 \end{pmatrix}
= \begin{pmatrix} -1 & 0 \\ 0 & -1 \end{pmatrix} ~~ \left(\begin{array}{cc} -1 & 0 \\ 0 & -1 \end{array}\right)
= \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix} ~~ [[1,0],[0,1]]
! \begin{pmatrix} 1 & 2 \\ 0 & 1 \end{pmatrix} ~~ [[1,0],[2,1]]
= \begin{pmatrix} \sqrt{8} \end{pmatrix} ~~ \begin{pmatrix} 2\sqrt{2} \end{pmatrix}
! (1,2) ~~ (2,1)
! (1,2) ~~ (1,3)
! (1,2) ~~ (1,2,3)
! (3,4) ~~ (3,4,5)
! (1,2) ~~ [1,2]
! (1,2) ~~ \{1,2\}
! (1,2) ~~ 3
! (-2,1) ~~ (2,-1)
! 1,2 ~~ 1,3
! 1,2 ~~ 1,2,3
! 1,2 ~~ 1
! 2,1 ~~ (1,2)
! 1, 234 ~~ 1, 235
! 16,3,1,1 ~~ 16,3,1
! \{1,2\} ~~ \{1,3\}
! \{1,2\} ~~ \{1\}
! \{1,2\} ~~ \{1,2,3\}
! \{5\} ~~ 6
! \emptyset ~~ \{0\}
! \emptyset ~~ 0
! [0,1) ~~ [0,1]
! (0,1) ~~ [0,1]
! (0,1] ~~ [0,1)
! [0,1] ~~ [0,2]
! [0,1] ~~ [1,0]
! (2,\infty) ~~ [2,\infty)
! (2,\infty) ~~ (-\infty,2)
! (2,\infty) ~~ 2
! (-\infty,1)\cup(2,3) ~~ (-\infty,1]\cup(2,3)
! (-\infty,1)\cup(2,3) ~~ (-\infty,3)
! (-\infty, 0) \cup\{1\} ~~ (-\infty, 0)
! \mathbb{R} ~~ \mathbb{R}\setminus\{0\}
! (0,1)\cup(1,2) ~~ (0,2)
! (1,8,19), (2,7,13) ~~ (1,8,19), (2,13,7)
! (1,1), (3,2) ~~ (1,1)
! \begin{pmatrix} 1 \\ 2 \end{pmatrix} ~~ \begin{pmatrix} 1 & 2 \end{pmatrix}
! \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} ~~ \begin{pmatrix} 1 & 3 \\ 2 & 4 \end{pmatrix}
! \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} ~~ \begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix}
! \begin{pmatrix} 1 \\ 2 \end{pmatrix} ~~ \begin{pmatrix} 1 \\ 2 \\ 3 \end{pmatrix}
! \begin{pmatrix} 1 \\ 2 \end{pmatrix} ~~ 12
! (\sqrt{8},1) ~~ (2\sqrt{3},1)
= \begin{pmatrix} 1 \\ 2 \end{pmatrix} ~~ (1,2)
`,
);
