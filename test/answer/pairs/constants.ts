import { table } from "./table.ts";

/** Surds, π, e, logarithms, trigonometry, factorials, powers, complex numbers, huge and tiny values. */
export const constants = table(
  "math",
  String.raw`
= \sqrt{8} ~~ 2\sqrt{2}
= \sqrt8 ~~ 2\sqrt2
= √8 ~~ 2√2
= sqrt(8) ~~ 2*sqrt(2)
= \sqrt{4} ~~ 2
= \sqrt{\frac{1}{4}} ~~ \frac12
= \frac{1}{\sqrt{2}} ~~ \frac{\sqrt{2}}{2}
= \frac{\sqrt{3}}{3} ~~ 1/\sqrt{3}
= \sqrt{2}\sqrt{3} ~~ \sqrt{6}
= \sqrt{12}+\sqrt{27} ~~ 5\sqrt{3}
= \sqrt{3+2\sqrt{2}} ~~ 1+\sqrt{2}
= \sqrt[3]{8} ~~ 2
= \sqrt[3]{-8} ~~ -2
= \sqrt[3]{16} ~~ 2\sqrt[3]{2}
= 8^{1/3} ~~ 2
= 2^{-2/3} ~~ \frac{1}{\sqrt[3]{4}}
= \frac{8}{\sqrt[3]{7}} ~~ 8 \cdot 7^{-1/3}
= 3^{1/2} ~~ \sqrt{3}
= 70 \sqrt{2} ~~ 70\sqrt{2}
= 11\sqrt2 ~~ \sqrt{242}
= \frac{2}{\sqrt{5}-1} ~~ \frac{\sqrt{5}+1}{2}
= (1+\sqrt{2})^2 ~~ 3+2\sqrt{2}
= (1+\sqrt{2})(1-\sqrt{2}) ~~ -1
= 1.41421356 ~~ \sqrt{2}
= \pi ~~ π
= 2\pi ~~ 2*pi
= \frac{\pi}{2} ~~ \pi/2
= \frac{1}{2}\pi ~~ 0.5\pi
= 288 \pi ~~ 288\pi
= \pi ~~ 3.14159265
= 2\pi ~~ 6.283185307
= e^{0} ~~ 1
= \ln e ~~ 1
= \ln(e^2) ~~ 2
= e^{\ln 3} ~~ 3
= \ln 8 ~~ 3\ln 2
= \log_2 8 ~~ 3
= \log_{10} 1000 ~~ 3
= \log_2 3 ~~ \frac{\ln 3}{\ln 2}
= 2-\log _{10} 250 ~~ 2-\frac{\ln 250}{\ln 10}
= \frac{\log 2}{\log 2-\log 3} ~~ \frac{\ln 2}{\ln(2/3)}
= \log_4 2 ~~ \frac{1}{2}
= \sin 30^\circ ~~ \frac12
= \cos 60° ~~ 0.5
= \sin\frac{\pi}{6} ~~ 1/2
= \tan\frac{\pi}{4} ~~ 1
= \cos \pi ~~ -1
= \sin(\pi) ~~ 0
= \sin^2 1+\cos^2 1 ~~ 1
= \arcsin(1) ~~ \frac{\pi}{2}
= \arctan 1 ~~ \pi/4
= \tan^{-1}(1) ~~ \frac{\pi}{4}
= np.arcsin(10/13) ~~ \arcsin\frac{10}{13}
= 5! ~~ 120
= \frac{100!}{98!} ~~ 9900
= \binom{5}{2} ~~ 10
= \binom{10}{3} ~~ \binom{10}{7}
= \binom52 ~~ 10
= {5 \choose 2} ~~ 10
= 2^{10} ~~ 1024
= 2**10 ~~ 1024
= 2^{1009} ~~ 2 \cdot 2^{1008}
= 10^{100} ~~ 10^{50}\cdot 10^{50}
= \frac{4 \cdot 999^{4}}{27} ~~ 147556443852
= 2021 \cdot 505 \cdot 337 ~~ 343943885
= 3^{2^2} ~~ 81
= (3^2)^2 ~~ 81
= -2^2 ~~ -4
= (-2)^2 ~~ 4
= |-3| ~~ 3
= \lfloor 3.7 \rfloor ~~ 3
= \lceil 3.2 \rceil ~~ 4
= \gcd(12, 18) ~~ 6
= 6 - 5i ~~ -5i + 6
= i^2 ~~ -1
= (1+i)^2 ~~ 2i
= \frac{1}{i} ~~ -i
= e^{i\pi} ~~ -1
= \sqrt{-4} ~~ 2i
= \sqrt{2} i ~~ i\sqrt{2}
= -2+2 \sqrt{3} i ~~ 4e^{2\pi i/3}
= \ln 2 + i\pi / 3 ~~ \frac{i\pi}{3}+\ln 2
= \infty ~~ +\infty
= 1/2+1/3 ~~ 5/6
= 2\cdot 3 ~~ 6
= 2 \times 3 ~~ 6
= 9^{9^9} ~~ 9^{9^9}
= \frac{2016}{2017^{2}} ~~ 2016 \cdot 2017^{-2}
! \sqrt{8} ~~ 2\sqrt{3}
! \sqrt{2} ~~ 1.41
! \sqrt{2} ~~ 1.4142
! \sqrt{2}+10^{-20} ~~ \sqrt{2}
! \sqrt{2} ~~ -\sqrt{2}
! \sqrt[3]{8} ~~ \sqrt{8}
! \pi ~~ 3.14
! \pi ~~ \frac{22}{7}
! \pi/2 ~~ 1.5708
! \pi ~~ 2\pi
! \pi ~~ e
! e ~~ 2.718
! \ln 2 ~~ \log_2 10
! \sin 30^\circ ~~ \sin 30
! \cos 60^\circ ~~ \cos 30^\circ
! 5! ~~ 5
! 1/2004! ~~ 1/2006!
! \frac{1}{2004!} ~~ 0
! 2^{2006}+1 ~~ 2^{2006}
! 2^{1009} ~~ 2^{1008}
! 9^{9^9} ~~ 10^{100}
! 9^{9^9} ~~ 5
! 9^{9^{9^9}} ~~ 7
! 10^{100} ~~ 10^{100}+1
! \infty ~~ -\infty
! \infty ~~ 10^{100}
! 6 - 5i ~~ 6 + 5i
! i ~~ -i
! 1+\sqrt{2} ~~ 1-\sqrt{2}
! -2^2 ~~ 4
! \binom{5}{2} ~~ \frac{5}{2}
! 100! ~~ 99!
! 10^{-9} ~~ 0
! \sqrt{2}+\sqrt{3} ~~ \sqrt{5}
! \frac{\sqrt{3}}{3} ~~ \frac{\sqrt{3}}{2}
! 2^{1/2} ~~ 2^{1/3}
! \frac{100!}{2^{50}} ~~ \frac{100!}{2^{51}}
`,
);
