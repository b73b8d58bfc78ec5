import { table } from "./table.ts";

/** Kinds of answers that graders disagree on, each with the wrong pairs next to it. */
export const kinds = table(
  "math",
  String.raw`
= 2.23606797749979 ~~ \sqrt{5}
= 2.2360680 ~~ \sqrt{5}
= 9.42477796076938 ~~ 3\pi
= 0.8660254037844386 ~~ \frac{\sqrt{3}}{2}
= 7.38905609893065 ~~ e^2
= (1.4142135623730951, 2) ~~ (\sqrt{2}, 2)
! 2.23607797749979 ~~ \sqrt{5}
! 2.236 ~~ \sqrt{5}
! 9.42477796076938 ~~ 2\pi
! 1.4142135623730951 ~~ \sqrt{3}
! 2.23606797749979 ~~ \sqrt{6}
= (7,250) ~~ (7, 250)
= (7,250) ~~ \left( 7, 250 \right)
= (0,100] ~~ (0, 100]
= (2,5)\cup(5,300) ~~ (2, 5) \cup (5, 300)
= (3,400) ~~ 3<x<400
= 7,250 ~~ 7250
! 7250 ~~ (7,250)
! 7250 ~~ (7, 250)
! (7,250) ~~ (250,7)
! (0,100) ~~ 100
! (3,400) ~~ 3<x<4
! (3,400) ~~ 3\le x<400
= \frac{4}{9} \approx 0.444 ~~ \frac{4}{9}
= y = 4/9 \approx 0.444 ~~ 4/9
= 3\sqrt{2} \approx 4.243 ~~ 3\sqrt{2}
= 3\sqrt{2} \approx 4.243 ~~ 4.243
= \pi/4 ≈ 0.785 ~~ \frac{\pi}{4}
= \theta \approx 0.785 ~~ 0.785
= 3\sqrt{2} \text{ (approximately } 4.243) ~~ 3\sqrt{2}
! 5, or about 6 ~~ 5
! 5 or approximately 5.9 ~~ 5
! \frac{4}{9} \approx 0.444 ~~ \frac{5}{9}
! \frac{4}{9} \approx 0.444 ~~ 0.45
! \frac{4}{9} \approx 0.9 ~~ 0.9
! 3\sqrt{2} \approx 4.243 ~~ 2\sqrt{2}
! \frac{4}{9} \approx 0.444 ~~ 0.444, \frac{4}{9}
= 2^3 7^2 ~~ 392
= 2^{3} \, 7^{2} ~~ 392
= 2^3 3^2 5 ~~ 360
= 2^5 \cdot 3^2 ~~ 2^5 3^2
! 2^3 7^2 ~~ 56
! 2^3 7^2 ~~ 2^3 + 7^2
! 2^3 7^2 ~~ 2^7 3^2
! 2^3 7^2 ~~ 393
= \frac{BP}{PC} = \frac{3}{4} ~~ \frac{3}{4}
= |PQ| = 11 ~~ 11
= P(B) = 0.7 ~~ 0.7
= P(A \cap B) = \frac{1}{6} ~~ 1/6
= \mathbb{E}[X] = 3.5 ~~ \frac72
= V_1 : V_2 = 2 : 7 ~~ 2:7
= 1 < g(x) < 4 ~~ (1, 4)
= f(3) = 10 ~~ 10
= f^{-1}(3) = 10 ~~ 10
= [ABC] = 24 ~~ 24
= \sin\theta = \frac{3}{5} ~~ 3/5
= |z| = \sqrt{2} ~~ \sqrt{2}
= y = x^2 - 1 ~~ f(x) = x^2 - 1
= \Delta E = 12 ~~ 12
= k_{\mathrm{B}} T ~~ k_B T
! \frac{BP}{PC} = \frac{3}{4} ~~ \frac{4}{3}
! |PQ| = 11 ~~ 12
! P(B) = 0.7 ~~ 0.3
! V_1 : V_2 = 2 : 7 ~~ 7:2
! 1 < g(x) < 4 ~~ [1, 4)
! 1 < g(x) < 4 ~~ (1, 5)
! P(A) = 0.3 ~~ P(B) = 0.4
! 3x + z = 1 ~~ 1
! a + 2b = 0 ~~ 0
! x^2 - 9 = 0 ~~ 0
! 2x = 6 ~~ 6
! x^2 = 16 ~~ 16
! |x| = 5 ~~ 5
! y = x^2 - 1 ~~ f(x) = x^2 + 1
! y = x^2 - 1 ~~ x = y^2 - 1
= 30 \bmod 7 = 2 ~~ 2
= 30 \bmod 7 ~~ 2
= 30 \mod 7 ~~ 2
= -5 \bmod 3 ~~ 1
= 4\cos(\frac{\pi}{3}) = 2 ~~ 2
= \ln(e) = 1 ~~ 1
= \sum_{k=1}^{5} k = 15 ~~ 15
= \sqrt{9} + \sqrt{16} = 7 ~~ 7
! 30 \bmod 7 = 3 ~~ 3
! 30 \bmod 7 ~~ 3
! 4\cos(\frac{\pi}{3}) = 3 ~~ 3
! \sum_{k=1}^{5} k = 16 ~~ 16
! \sqrt{9} + \sqrt{16} = 5 ~~ 5
! 2 + 2 = 4 ~~ 2
= 35 pct ~~ 35\%
= 35\text{ per cent} ~~ 35\%
= 35 percentage ~~ 35\%
= 35 per cent ~~ 0.35
! 35 pct ~~ 36\%
! 35 pct ~~ 3.5\%
! 35 pct ~~ 35 cm
! 35 per cent ~~ 35
= 0.75 or \frac{3}{4} ~~ 3/4
= (1,4),(4,1),(1,4) ~~ (1,4),(4,1)
= x = 3 or x = 3 ~~ 3
= \{1,1,2\} ~~ {1,2}
! 0.75 or \frac{3}{5} ~~ 3/4
! (1,4),(4,1),(1,4) ~~ (1,4)
! (1,4),(4,1),(1,4) ~~ (1,4),(4,2)
! 3, 3 ~~ 3
! 1, 1, 2 ~~ 1, 2, 2
= 45 600 ~~ 45600
= 45\,600 ~~ 45600
= 45 600.5 ~~ 45600.5
= 14 {, }916 ~~ 14916
= $12 $ and $13 $ ~~ 12, 13
= \$12 or \$13 ~~ 12, 13
! 45 600 ~~ 45 601
! 45 60 ~~ 4560
= 3,75 ~~ 3.75
= 0,125 ~~ 0.125
= (0,5; 1,5) ~~ (0.5, 1.5)
! 3,75 ~~ 3.57
! 3, 75 ~~ 375
! 3,750 ~~ 3.75
= 2½ ~~ \frac{5}{2}
= ⅐ ~~ 1/7
= 4⅖ ~~ 4.4
! 2½ ~~ 1
! ⅐ ~~ 1/8
= 3 \text{ cm}, 4 \text{ cm} ~~ 4, 3
= \{3, 4\} \text{ cm} ~~ \{4, 3\}
= (3, 4) \text{ cm} ~~ (3 \text{ cm}, 4 \text{ cm})
= \$3 and \$4 ~~ 3, 4
! 3 \text{ cm}, 4 \text{ cm} ~~ 3 \text{ cm}, 4 \text{ m}
! (3, 4) \text{ cm} ~~ (3, 4) \text{ m}
! \{3, 4\} \text{ cm} ~~ \{3, 5\}
= \begin{pmatrix} 1 & 0 \\ 2 & 1 \end{pmatrix} + \begin{pmatrix} 0 & 1 \\ 1 & 1 \end{pmatrix} ~~ \begin{bmatrix} 1 & 1 \\ 3 & 2 \end{bmatrix}
= \frac{1}{2}\begin{pmatrix} 1 & 3 \\ 5 & 7 \end{pmatrix} ~~ \begin{pmatrix} 1/2 & 3/2 \\ 5/2 & 7/2 \end{pmatrix}
= \begin{pmatrix} 1 & 2 \\ 0 & 1 \end{pmatrix} \begin{pmatrix} 1 & 1 \\ 0 & 1 \end{pmatrix} ~~ \begin{pmatrix} 1 & 3 \\ 0 & 1 \end{pmatrix}
= \begin{pmatrix} 1 & 2 \end{pmatrix}^T ~~ \begin{pmatrix} 1 \\ 2 \end{pmatrix}
= \begin{pmatrix} 3 \\ -1 \end{pmatrix} ~~ (3,-1)
= \begin{matrix} 1/2 \\ 1 \end{matrix} ~~ [0.5, 1]
! \begin{pmatrix} 1 & 0 \\ 2 & 1 \end{pmatrix} + \begin{pmatrix} 0 & 1 \\ 1 & 1 \end{pmatrix} ~~ \begin{bmatrix} 1 & 1 \\ 3 & 3 \end{bmatrix}
! \frac{1}{2}\begin{pmatrix} 1 & 3 \\ 5 & 7 \end{pmatrix} ~~ \begin{pmatrix} 1 & 3 \\ 5 & 7 \end{pmatrix}
! \begin{pmatrix} 1 & 2 \\ 0 & 1 \end{pmatrix} \begin{pmatrix} 1 & 1 \\ 0 & 1 \end{pmatrix} ~~ \begin{pmatrix} 1 & 2 \\ 0 & 1 \end{pmatrix}
! \begin{pmatrix} 3 \\ -1 \end{pmatrix} ~~ (-1,3)
! \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} ~~ (1,2,3,4)
= a=4,b=1; a=9,b=2 ~~ (4,1),(9,2)
= x = 4, y = 1 or x = 9, y = 2 ~~ (9,2),(4,1)
= \begin{cases} x = 2 \\ y = 3 \end{cases} ~~ x = 2, y = 3
= \begin{cases} x + y = \frac12 \\ x - y = 1 \end{cases} ~~ \begin{cases} x - y = 1 \\ x + y = 0.5 \end{cases}
= x_1 = 3, x_2 = 5 ~~ 5, 3
! a=4,b=1; a=9,b=2 ~~ (4,2),(9,1)
! a=4,b=1; a=9,b=2 ~~ (4,1)
! \begin{cases} x = 2 \\ y = 3 \end{cases} ~~ x = 3, y = 2
! x = 1, y = 2 ~~ 2, 1
! x_1 = 3, x_2 = 5 ~~ 3, 6
= 2 \le |x| \le 5 ~~ [-5,-2] \cup [2,5]
= |x - 1| < 3 ~~ (-2, 4)
= |x| > 2 ~~ x < -2 or x > 2
! 2 \le |x| \le 5 ~~ [2,5]
! |x - 1| < 3 ~~ (-3, 3)
! |x| > 2 ~~ (-2, 2)
= \\frac{1}{2} ~~ \frac{1}{2}
= \\left( 3, \\frac{1}{2} \\right) ~~ (3, 0.5)
= 185\ ~~ 185
= ٤٢ ~~ 42
= ９．５ ~~ 9.5
! ٤٢ ~~ 24
! \\frac{1}{2} ~~ \frac{1}{3}
= \boxed{2}\boxed{7} ~~ 7, 2
! \boxed{2} but not \boxed{7} ~~ 2, 7
`,
);
