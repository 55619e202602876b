# What commands do, one after the other; played by test_command_faults.c.
#   LOGIN COMMAND…    LOGIN? where rows may be refused; {NAME} is filled in
#   @DAY              the day it is
#   =NAME SQL         what {NAME} is from here on
#   >FILE TEXT        a file in {dir}; | ends a line
#   +FILE SOURCE      a copy in which steps that are switched off are switched on
@2026-03-02
admin user add qu --name 办事员区 --role county_clerk --region 350603
admin user add zhen --name 办事员镇 --role township_clerk --region 350603
admin user add cun --name 办事员村 --role village_clerk --region 350603
admin user add qu2 --name 区乙 --role county_clerk --region 350603
admin user add sheng --name 审核员 --role fund_checker --region 350603
admin user appoint cun --role leader --region 350603
admin user disable cun
admin user enable cun
admin user password cun --link
=member SELECT h.hh_no || '/' || p.name FROM household h JOIN person p ON p.county = h.county AND p.household_id = h.id ORDER BY h.hh_no, p.id LIMIT 1
admin user family qu2 {member}

# --- the register
>hh.csv 户编号,户主姓名,行政区划|T1,周甲,350603100201|T2,周乙,350603100201|T3,周丙,350603100201
>member.csv 户编号,姓名,与户主关系,性别,出生日期|T1,周甲,户主,男,1960-01-01|T1,周儿,之子,男,1985-01-01|T1,周孙,其他,男,2005-01-01|T2,周乙,户主,男,1961-01-01|T2,周妻,配偶,女,1962-01-01|T3,周丙,户主,男,1970-01-01|T3,周女,之女,女,1999-01-01|T3,周小,之子,男,2000-01-01
admin import {dir}/hh.csv {dir}/member.csv --rejects {dir}/rejects.csv --warnings {dir}/warnings.csv
admin move birth T1 周小孙 --relation 其他 --sex 男 --on 2026-02-01 --reason 出生
admin move army T1 周孙 --on 2026-02-02 --reason 参军
admin move return T1 周孙 --on 2026-02-20 --reason 退役
admin move missing T1 周孙 --on 2026-02-21 --reason 失踪
=last SELECT max(no) FROM movement
admin move undo {last} --reason 找到了
admin move prison T1 周孙 --on 2026-02-22 --reason 服刑
admin move head T1 周儿 --on 2026-02-23 --reason 换户主
admin move death T1 周甲 --on 2026-02-24 --reason 病故
admin move marry-in T1 吴女 --relation 配偶 --sex 女 --on 2026-02-24 --reason 婚入
admin move marry-out T2 周妻 --on 2026-02-24 --reason 婚出
admin move in T2 周妻 --relation 配偶 --sex 女 --on 2026-02-25 --reason 迁入
admin move remove T2 周妻 --on 2026-02-26 --reason 错登
admin move out T3 周小 --on 2026-02-26 --reason 迁出
admin move split T3 周女 --head 周女 --number T4 --on 2026-02-26 --reason 分家
admin move merge T4 T3 --relation 周女=之女 --on 2026-02-27 --reason 并户
admin move transfer T2 --to 350603100202 --on 2026-02-27 --reason 搬迁
admin status T3 --state exited --year 2025 --on 2025-12-20 --document 镇扶1号
>twin.csv 户编号,户主姓名,行政区划|T8,郑大,350603100201|T9,郑大,350603100201
>twins.csv 户编号,姓名,与户主关系,性别,出生日期|T8,郑大,户主,男,1960-01-01|T8,郑二,之子,男,1990-01-01|T9,郑大,户主,男,1960-01-01|T9,郑小,之子,男,1990-01-01
admin import {dir}/twin.csv {dir}/twins.csv --rejects {dir}/rejects.csv --warnings {dir}/warnings.csv
admin merge household T8 T9 --reason 登记两次
admin merge undo 1 --reason 是两户
admin merge person T8/郑二 T9/郑小 --reason 登记两次
admin regions load --county 350602
admin regions merge 350603100203 --into 350603100202 --on 2026-01-01 --document 区政1号
admin roster save 名单 --region 350603 --state 返贫
admin roster freeze 名单
>holidays.csv date,kind,name|2027-01-01,off,元旦
admin holidays load {dir}/holidays.csv
admin dci add mis.example --login qu --field group_size,name --host mis.example
admin dci revoke mis.example
admin retention run
admin screen xingfu --region 350603100
admin parameter set xingfu max_amount 30000 --region 350603 --from 2026-01-01 --basis 区政2号
admin parameter withdraw xingfu max_amount --region 350603 --from 2026-01-01 --basis 误填
admin code add project_kind 林下经济
admin code rename project_kind 林下经济 --zh 林下产业
admin code end project_kind 林下产业

# --- a fund lends to households of the first township
admin fund add 09 --name 试用资金 --region 350603
admin fund add XF --name 幸福工程 --programme xingfu --region 350603
admin fund source add xingfu 省级 480000 --date 2026-03-01 --document 计财1号 --region 350603
admin fund period open xingfu 1 --starts-on 2026-03-01 --planned 480000 --term-months 24 --region 350603
admin ledger post --date 2026-03-01 --debit special=150 --credit capital:provincial=150 --purpose 省级资金 --fund 09 --region 350603
=draft SELECT max(no) FROM draft
sheng ledger approve {draft} --region 350603
admin ledger reverse 2026-1 --date 2026-03-02 --fund 09 --region 350603
=draft SELECT max(no) FROM draft
sheng ledger reject {draft} --region 350603
admin ledger close --day 2026-02-28 --fund 09 --region 350603
admin contract township xingfu 350603100 --period 1 --amount 300000 --region 350603
=upper SELECT number FROM contract WHERE layer = 1
admin contract sign {upper} --party lender --signer 张主任 --signed-on 2026-03-02 --sealed-on 2026-03-02
admin contract sign {upper} --party township --signed-on 2026-03-02 --sealed-on 2026-03-02
admin pay township xingfu 350603100 300000 --period 1 --purpose 第1期救助款 --region 350603
=h1 SELECT h.hh_no FROM household h WHERE h.village = 350603100201 AND h.hh_no LIKE 'B%' ORDER BY h.hh_no LIMIT 1
=h2 SELECT h.hh_no FROM household h WHERE h.village = 350603100201 AND h.hh_no LIKE 'B%' ORDER BY h.hh_no LIMIT 1 OFFSET 1
=h3 SELECT h.hh_no FROM household h WHERE h.village = 350603100201 AND h.hh_no LIKE 'B%' ORDER BY h.hh_no LIMIT 1 OFFSET 2
# --- cases: of a programme by meetings, and of one by visits and experts
+more.yaml programmes/xingfu.yaml
admin programme load {dir}/more.yaml
=village SELECT village FROM household WHERE hh_no = 'B350603-0000596'
>form.pdf %PDF-1.4 form %%EOF
>id.pdf %PDF-1.4 identity %%EOF
>register.pdf %PDF-1.4 register %%EOF
qu site choose xingfu {village} --reason 贫困户集中
qu site choose dangyuan 350603100202 --reason 贫困户集中
qu site end dangyuan 350603100202 --reason 换村
qu survey open 摸底 --region 350603 --on 2026-03-02 --by 区项目办
qu round group 摸底 1 --leader 组长1 --members 甲、乙
qu round assign 摸底 350603100 --group 1 --due 2026-03-20
zhen survey record 摸底 B350603-0000596 --result confirmed --on 2026-03-02
zhen case apply xingfu B350603-0000596 --period 1
=case SELECT max(no) FROM relief_case
zhen case fill {case} --set project=养鸡 --set amount=20000
zhen case submit {case}
cun case meeting xingfu --region {village} --attendance 村支书、村主任、代表 --votes 3/0/0 --opinion 同意上报
=meeting SELECT max(no) FROM case_meeting
cun case decide {case} --agree --meeting {meeting}
cun case fill {case} --set credit_opinion=诚信
zhen case return {case} --to village --reason 补开会
zhen case submit {case}
cun case decide {case} --agree --meeting {meeting}
zhen case decide {case} --agree --opinion 审核通过
zhen? case documents {case} --add {dir}/form.pdf --paper application_form
zhen? case documents {case} --add {dir}/id.pdf --paper id_copy
zhen case documents {case} --add {dir}/register.pdf --paper household_register
zhen case submit {case}
zhen case batch xingfu --township 350603100 --document 镇办3号
qu case meeting xingfu --region 350603 --attendance 主任、副主任、会计 --decision 同意 --minutes 纪要2号 --opinion 同意
=county SELECT max(no) FROM case_meeting
qu case decide {case} --agree --meeting {county}
qu case notice xingfu --region 350603 --unit 区项目办公室 --hotline 0596-1234567 --from 2026-03-03
=board SELECT max(no) FROM notice
zhen case apply xingfu B350603-0000015 --period 1 --set project=养鸡 --set amount=10000
=poor SELECT max(no) FROM relief_case
qu case except {poor} --condition below_average --meeting {county} --reason 突发重大变故 --document 县扶4号
admin case print application {case} --out {dir}/case.html
zhen survey record 摸底 B350603-0001879 --result confirmed --on 2026-03-02
zhen case apply dangyuan B350603-0001879 --set project=香菇 --set project_kind=industry --set project_scale=5000袋 --set amount=5000 --submit
=case SELECT max(no) FROM relief_case
qu case verify-visit {case} --group 1 --by 张三、李四 --met 本人 --opinion 情况属实
zhen case decide {case} --agree
qu case appraise {case} --by 专家甲、专家乙、专家丙 --opinion 可行
qu case amount {case} --approved 4000
qu case meeting dangyuan --region 350603 --attendance 组长、副组长 --decision 同意 --minutes 纪要9号 --opinion 同意
=group SELECT max(no) FROM case_meeting
qu? case decide {case} --agree --meeting {group}
admin case fill {case} --set condition.poor_in_village=是 --set condition.visited=yes
zhen case submit {case}
qu case decide {case} --agree --meeting {group}
zhen case letter {case} --parties 县办、乡镇、联系人、支部、党员
qu case void {case} --reason 全家迁出
zhen case apply dangyuan {h3} --set project=香菇
=case SELECT max(no) FROM relief_case
zhen case withdraw {case} --reason 试填

admin contract draft xingfu {h1} --period 1 --amount 20000 --project 养牛 --region 350603
=one SELECT max(number) FROM contract WHERE layer = 2
admin contract draft xingfu {h2} --period 1 --amount 20000 --project 养牛 --region 350603
=two SELECT max(number) FROM contract WHERE layer = 2
admin contract draft xingfu {h3} --period 1 --amount 20000 --project 养牛 --region 350603
=three SELECT max(number) FROM contract WHERE layer = 2
zhen contract change {one} --project 养羊 --reason 市场
qu contract refuse {one}
zhen contract change {one} --project 养羊 --reason 市场
qu contract approve {one}
admin contract guarantor {one} 林书记 --kind 村干部担保
admin contract sign {one} --party lender --signer 张主任 --signed-on 2026-03-02 --sealed-on 2026-03-02
admin contract sign {one} --party borrower --signed-on 2026-03-02
admin contract sign {one} --paper application_form --party borrower --signed-on 2026-03-02
admin contract sign {one} --party guarantor --signed-on 2026-03-02 --sealed-on 2026-03-02
admin contract guarantor {two} 吴书记 --kind 村干部担保
admin contract sign {two} --party lender --signer 张主任 --signed-on 2026-03-02 --sealed-on 2026-03-02
admin contract sign {two} --party borrower --signed-on 2026-03-02
admin contract sign {two} --paper application_form --party borrower --signed-on 2026-03-02
admin contract sign {two} --party guarantor --signed-on 2026-03-02 --sealed-on 2026-03-02
admin contract iou {one}
admin contract void {three} --reason 无担保人
admin pay meeting xingfu 350603100 --period 1 --place 村部 --attendees 村两委 --lender 王会计 --receipt {one} --receipt {two} --region 350603

# --- what comes back
@2026-04-02
admin repay add {one} 1000 --collector 李干事
=receipt SELECT max(receipt_no) FROM repayment
admin repay reverse {receipt} --reason 记错 --region 350603
admin repay add {one} 1100 --collector 李干事
=receipt SELECT max(receipt_no) FROM repayment
admin repay void {receipt} --reason 记错 --region 350603
>book.csv 合同编号,还款日期,金额,付款人,收据号|{one},2026-04-01,500.00,陈燕,S01
admin repay --file {dir}/book.csv --region 350603
admin repay remit xingfu 350603100 500 --document 回单1 --region 350603
admin day close xingfu --region 350603
zhen loan defer {one} --months 3 --reason 受灾
=no SELECT max(no) FROM loan_relief
zhen loan withdraw {no} --region 350603
zhen loan extend {one} --months 6 --reason 受灾
=no SELECT max(no) FROM loan_relief
qu loan refuse {no} --region 350603
zhen loan extend {one} --months 6 --reason 受灾
=no SELECT max(no) FROM loan_relief
qu loan approve {no} --document 区审1号 --region 350603
qu2 loan undo {no} --reason 依据有误 --document 区审2号 --region 350603
admin disaster open 台风 --date 2026-04-01 --area 350603100 --kind 洪灾 --document 县救2号
admin disaster loss 1 {h1} --project 养羊 --loss 4500
zhen disaster treat 1 {one} --how 缓收 --months 6 --reason 受灾 --region 350603
qu disaster refuse 1 --document 区审3号 --region 350603
admin disaster open 旱灾 --date 2026-04-01 --area 350603100 --kind 旱灾 --document 县救3号
admin disaster loss 2 {h1} --project 养羊 --loss 4500
zhen disaster treat 2 {one} --how 缓收 --months 6 --reason 受灾 --region 350603
qu disaster approve 2 --document 区审4号 --region 350603
qu2 disaster undo 2 --reason 有误 --document 区审5号 --region 350603
zhen loan recall {one} --date 2026-12-31 --reason 挪用
admin visit add {h1} --visitor 李干事 --earmarked yes --on-project yes --difficulties 无 --benefit 好
admin use add {one} --finder 李干事 --found 养了五头 --misused no
admin effect add {one} --before 2300 --after 5200 --out yes --assessor 李干事
admin collect log {one} --by 李干事 --way 上门 --promise 2026-05-01 --amount 500
@2028-02-10
admin remind make xingfu --region 350603
=notice SELECT min(number) FROM due_notice
admin remind deliver {notice} --received-by 陈镇 --way 公文
admin repay add {one} 30000 --collector 李干事
=receipt SELECT r.receipt_no FROM overpayment o JOIN repayment r ON r.county = o.county AND r.id = o.repayment_id ORDER BY o.id DESC LIMIT 1
admin repay keep {receipt} --reason 本人要求 --region 350603
admin contract draft xingfu {h1} --period 1 --amount 20000 --project 养牛 --region 350603
=four SELECT max(number) FROM contract WHERE programme = 'xingfu' AND layer = 2
admin contract guarantor {four} 吴书记 --kind 村干部担保
admin contract sign {four} --party lender --signer 张主任 --signed-on 2028-02-10 --sealed-on 2028-02-10
admin contract sign {four} --party borrower --signed-on 2028-02-10
admin contract sign {four} --paper application_form --party borrower --signed-on 2028-02-10
admin contract sign {four} --party guarantor --signed-on 2028-02-10 --sealed-on 2028-02-10
admin pay meeting xingfu 350603100 --period 1 --place 村部 --attendees 村两委 --lender 王会计 --receipt {four} --region 350603
admin repay use {receipt} {four} --region 350603
admin repay add {two} 30000 --collector 李干事
=receipt SELECT r.receipt_no FROM overpayment o JOIN repayment r ON r.county = o.county AND r.id = o.repayment_id ORDER BY o.id DESC LIMIT 1
admin repay give-back {receipt} --region 350603

# --- a programme that pays by a file, and whose contacts answer for the loan
admin fund add DY --name 党员资金 --programme dangyuan --region 350603
admin fund source add dangyuan 县级财政 100000 --date 2028-02-10 --region 350603
admin fund period open dangyuan 1 --starts-on 2028-02-10 --planned 50000 --term-months 12 --region 350603
admin contract township dangyuan 350603100 --period 1 --amount 50000 --region 350603
=upper SELECT number FROM contract WHERE layer = 1 AND programme = 'dangyuan'
admin contract sign {upper} --party lender --signer 张主任 --signed-on 2028-02-10 --sealed-on 2028-02-10
admin contract sign {upper} --party township --signed-on 2028-02-10 --sealed-on 2028-02-10
admin pay township dangyuan 350603100 50000 --period 1 --purpose 扶持资金 --region 350603
admin contract draft dangyuan {h2} --period 1 --amount 5000 --project 香菇 --region 350603
=party SELECT number FROM contract WHERE programme = 'dangyuan' AND layer = 2
admin contract guarantor {party} 林书记 --kind 联系人工资担保
admin contract sign {party} --party lender --signer 张主任 --signed-on 2028-02-10 --sealed-on 2028-02-10
admin contract sign {party} --party borrower --signed-on 2028-02-10
admin contract sign {party} --party guarantor --signed-on 2028-02-10
admin contract sign {party} --paper application_form --party borrower --signed-on 2028-02-10
admin contract iou {party}
admin contract sign {party} --paper responsibility_letter --party 县办公室 --signed-on 2028-02-10
admin contract sign {party} --paper responsibility_letter --party 乡镇党委 --signed-on 2028-02-10
admin contract sign {party} --paper responsibility_letter --party 行政联系人 --signed-on 2028-02-10
admin contract sign {party} --paper responsibility_letter --party 村党支部 --signed-on 2028-02-10
admin contract sign {party} --paper responsibility_letter --party 党员户 --signed-on 2028-02-10
admin pay file dangyuan 350603100 --period 1 --out {dir}/pay1.csv --why 送农信社代发 --region 350603
=file SELECT max(no) FROM payout WHERE kind = (SELECT kind FROM payout ORDER BY no DESC LIMIT 1)
admin pay cancel {file} --reason 未送出 --region 350603
admin pay file dangyuan 350603100 --period 1 --out {dir}/pay2.csv --why 送农信社代发 --region 350603
=file SELECT max(no) FROM payout WHERE kind = (SELECT kind FROM payout ORDER BY no DESC LIMIT 1)
>answer.csv No,Amount,Result,Date|1,5000,paid,2028-02-10
admin pay return {file} {dir}/answer.csv --region 350603
admin repay add {party} 5000 --to-account
admin contact release {party} --name 林书记 --document 县扶3号

# --- public notices
>list.csv 序号,姓名,户主,村,组,金额(元)|1,陈一,陈一,新洲村,第1组,1500.00|2,王小明,王大明,新洲村,第2组,1500.50|3,李幼,李大,新洲村,第3组,1500
>board.pdf %PDF-1.4 photo %%EOF
admin notice prepare {dir}/list.csv --region 350603100201 --title 公示 --unit 村民委员会 --hotline 0596-1234567 --channel village_board:村委会门口 --from 2028-02-11
=board SELECT max(no) FROM notice
admin notice redate {board} --from 2028-02-10
admin document add {dir}/board.pdf --notice {board} --kind notice_posted
=photo SELECT max(no) FROM document
admin notice post {board} --channel 1 --document {photo}
admin objection add {board} --row 1 --by 张某 --content 家有小轿车
=first SELECT max(no) FROM objection
admin objection add {board} --row 2 --anonymous --content 不住在村里
=second SELECT max(no) FROM objection
admin objection add {board} --row 3 --anonymous --content 不住在村里
=third SELECT max(no) FROM objection
admin objection answer {first} --result dismissed --text 不属实
admin objection admit {second}
admin objection dismiss {third} --reason 没有名字
admin objection answer {second} --result dismissed --text 是本村人
@2028-02-20
admin notice end {board}
admin notice remove {board} --channel 1 --document {photo}
admin notice prepare {dir}/list.csv --region 350603100201 --title 公示二 --unit 村民委员会 --hotline 0596-1234567 --channel village_board:村委会门口 --from 2028-02-21
=board SELECT max(no) FROM notice
admin notice void {board} --reason 名单有误
admin print roster xingfu --out {dir}/roster.html --region 350603
qu survey close 摸底
zhen loan write-off {four} --reason 借款人死亡，无继承人
=no SELECT max(no) FROM loan_relief
qu loan approve {no} --document 区审6号 --region 350603
zhen loan recover {four} --amount 50 --reason 遗产清偿
