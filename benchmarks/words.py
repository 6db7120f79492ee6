"""What the invented people and events are made of: pairs of an Arabic and a Latin spelling.

Everything is common in the region and joined at random; no pair of names means a real person.
"""

WOMEN = (
    ("أمينة", "Amina"), ("فاطمة", "Fatima"), ("خديجة", "Khadija"), ("عائشة", "Aisha"),
    ("زينب", "Zeinab"), ("مريم", "Maryam"), ("سلمى", "Salma"), ("ليلى", "Layla"),
    ("هدى", "Huda"), ("نادية", "Nadia"), ("سعاد", "Souad"), ("رنا", "Rana"),
    ("رانيا", "Rania"), ("دينا", "Dina"), ("منى", "Mona"), ("هالة", "Hala"),
    ("إيمان", "Iman"), ("آمال", "Amal"), ("سمر", "Samar"), ("ريم", "Reem"),
    ("نور", "Nour"), ("هبة", "Heba"), ("شيماء", "Shaimaa"), ("أسماء", "Asmaa"),
    ("وفاء", "Wafaa"), ("نجلاء", "Najlaa"), ("عبير", "Abeer"), ("غادة", "Ghada"),
    ("سناء", "Sanaa"), ("لطيفة", "Latifa"), ("حنان", "Hanan"), ("سهام", "Siham"),
    ("جميلة", "Jamila"), ("زهرة", "Zahra"), ("بشرى", "Bouchra"), ("إلهام", "Ilham"),
    ("نزهة", "Nezha"), ("لمياء", "Lamia"), ("رشا", "Rasha"), ("مها", "Maha"),
    ("أروى", "Arwa"), ("بلقيس", "Bilqis"), ("تغريد", "Taghreed"), ("صفاء", "Safaa"),
)  # fmt: skip
MEN = (
    ("محمد", "Mohammed"), ("أحمد", "Ahmad"), ("علي", "Ali"), ("حسن", "Hassan"),
    ("حسين", "Hussein"), ("عمر", "Omar"), ("خالد", "Khaled"), ("سامي", "Sami"),
    ("يوسف", "Youssef"), ("إبراهيم", "Ibrahim"), ("إسماعيل", "Ismail"), ("مصطفى", "Mustafa"),
    ("كريم", "Karim"), ("طارق", "Tareq"), ("زياد", "Ziad"), ("رامي", "Rami"),
    ("باسل", "Basel"), ("وليد", "Walid"), ("ماجد", "Majed"), ("فهد", "Fahd"),
    ("سعود", "Saud"), ("ناصر", "Nasser"), ("عبد الرحمن", "Abdulrahman"),
    ("عبد الله", "Abdullah"), ("عبد العزيز", "Abdulaziz"), ("عبد القادر", "Abdelkader"),
    ("هشام", "Hisham"), ("رشيد", "Rachid"), ("سعيد", "Said"), ("مراد", "Mourad"),
    ("نبيل", "Nabil"), ("فؤاد", "Fouad"), ("جمال", "Jamal"), ("أنور", "Anwar"),
    ("صالح", "Saleh"), ("يحيى", "Yahya"), ("حمزة", "Hamza"), ("بلال", "Bilal"),
    ("أيمن", "Ayman"), ("شريف", "Sherif"), ("عصام", "Essam"), ("ياسر", "Yasser"),
    ("منير", "Mounir"), ("لؤي", "Louay"), ("قاسم", "Qasim"), ("مهدي", "Mahdi"),
    ("سيف الدين", "Saifeddine"), ("نور الدين", "Noureddine"),
)  # fmt: skip
FAMILIES = (
    ("الزعبي", "Al-Zoubi"), ("الخطيب", "Al-Khatib"), ("المصري", "El-Masry"),
    ("حداد", "Haddad"), ("خوري", "Khoury"), ("منصور", "Mansour"), ("عثمان", "Osman"),
    ("بن علي", "Ben Ali"), ("بن يوسف", "Ben Youssef"), ("بنعلي", "Benali"),
    ("العلوي", "Alaoui"), ("الإدريسي", "El Idrissi"), ("بنجلون", "Benjelloun"),
    ("التازي", "Tazi"), ("الفاسي", "El Fassi"), ("بوزيد", "Bouzid"), ("بلقاسم", "Belkacem"),
    ("حمداني", "Hamdani"), ("زروقي", "Zerrouki"), ("قادري", "Kadri"), ("مبارك", "Mubarak"),
    ("السيد", "El-Sayed"), ("عبد الحميد", "Abdel Hamid"), ("عبد الفتاح", "Abdel Fattah"),
    ("شاهين", "Shahin"), ("النجار", "El-Naggar"), ("رمضان", "Ramadan"), ("سلامة", "Salama"),
    ("القحطاني", "Al-Qahtani"), ("الغامدي", "Al-Ghamdi"), ("العتيبي", "Al-Otaibi"),
    ("الشمري", "Al-Shammari"), ("الدوسري", "Al-Dosari"), ("الهاشمي", "Al-Hashimi"),
    ("البلوشي", "Al-Balushi"), ("الحارثي", "Al-Harthi"), ("المهيري", "Al-Muhairi"),
    ("السويدي", "Al-Suwaidi"), ("الكعبي", "Al-Kaabi"), ("العجمي", "Al-Ajmi"),
    ("المطيري", "Al-Mutairi"), ("الصباغ", "Al-Sabbagh"), ("الجبوري", "Al-Jubouri"),
    ("العبيدي", "Al-Obaidi"), ("الساعدي", "Al-Saadi"), ("الربيعي", "Al-Rubaie"),
    ("الحسيني", "Al-Husseini"), ("النابلسي", "Nabulsi"), ("درويش", "Darwish"),
    ("عودة", "Odeh"), ("أبو زيد", "Abu Zaid"), ("أبو عيسى", "Abu Issa"),
    ("الأتاسي", "Atassi"), ("القباني", "Qabbani"), ("الشامي", "Al-Shami"),
    ("الحلبي", "Halabi"), ("العطار", "Attar"), ("صليبا", "Saliba"), ("جبران", "Gebran"),
    ("فرحات", "Farhat"), ("الصدر", "Al-Sadr"), ("الأحمر", "Al-Ahmar"),
    ("المقطري", "Al-Maqtari"), ("باوزير", "Bawazir"), ("العمودي", "Al-Amoudi"),
    ("إدريس", "Idris"), ("الطيب", "El-Tayeb"), ("البشير", "El-Bashir"), ("الفيتوري", "Al-Fitouri"),
    ("الورفلي", "Al-Warfalli"), ("الطرابلسي", "Trabelsi"), ("الشابي", "Chebbi"),
    ("الغنوشي", "Ghannouchi"), ("المرزوقي", "Marzouki"), ("ولد محمد", "Ould Mohamed"),
    ("ولد أحمد", "Ould Ahmed"), ("فارح", "Farah"), ("ورسمه", "Warsame"), ("جيلة", "Guelleh"),
)  # fmt: skip
FUNCTIONS = (
    ("مديرية المساعدة الاجتماعية", "Directorate of social assistance"),
    ("إدارة السجل الاجتماعي", "Management of the social registry"),
    ("تنسيق برامج التحويلات النقدية", "Coordination of cash transfer programmes"),
    ("رئاسة قسم التخطيط والدراسات", "Head of planning and studies"),
    ("تحليل نُظُم المعلومات", "Systems analyst"),
    ("متابعة المشاريع وتقييمها", "Monitoring and evaluation of projects"),
    ("إدارة مكتب التوظيف", "Manager of an employment office"),
    ("تنسيق الأشغال العامة", "Coordination of public works"),
    ("مستشارية الحماية الاجتماعية", "Adviser on social protection"),
    ("إدارة الحالات", "Case management"),
    ("إدارة التظلّم والشكاوى", "Grievance and complaints officer"),
    ("رئاسة وحدة التنمية المحلية", "Head of the local development unit"),
    ("البحث في اقتصاد العمل", "Researcher in labour economics"),
    ("إدارة شؤون المتدربين", "Trainee affairs"),
    ("تنسيق العلاقات الدولية", "Coordination of international relations"),
    ("عضوية المجلس البلدي", "Member of the municipal council"),
)
BIOGRAPHIES = (
    "عملتُ في برامج الحماية الاجتماعية سنوات طويلة، وأهتم بتبادل التجارب بين البلدان.",
    "أتولى تطوير السجل الاجتماعي وربطه بقواعد البيانات الأخرى.",
    "يهمّني ما تفعله البلديات لخلق فرص العمل.",
    "I have worked on delivery systems for cash transfers and on case management.",
    "My interest is in employment services for young people and women.",
    "J’ai travaillé sur le ciblage et sur les registres sociaux au Maghreb.",
)
MOTIVATIONS = (
    "أودّ الاطلاع على تجارب البلدان الأخرى في بناء السجلات الاجتماعية.",
    "نستعد لإصلاح الدعم ونبحث عن دروس مستفادة.",
    "I would like to learn from countries that have built a registry.",
    "We plan a public works programme and look for good practices.",
)
BODIES = (
    ("ministry", "وزارة التنمية الاجتماعية", "Ministry of Social Development"),
    ("ministry", "وزارة العمل", "Ministry of Labour"),
    ("ministry", "وزارة التخطيط", "Ministry of Planning"),
    ("agency", "الهيئة العامة للضمان الاجتماعي", "Social Security Authority"),
    ("agency", "الوكالة الوطنية للتشغيل", "National Employment Agency"),
    ("municipality", "بلدية", "Municipality"),
    ("ngo", "جمعية التنمية المجتمعية", "Community Development Association"),
    ("private", "شركة الحلول الرقمية", "Digital Solutions Company"),
    ("university", "مركز دراسات التنمية", "Centre for Development Studies"),
)
# City, its spelling in both languages, country: zones come from the countries' data.
CITIES = (
    ("عمّان", "Amman", "JO"), ("بيروت", "Beirut", "LB"), ("القاهرة", "Cairo", "EG"),
    ("تونس", "Tunis", "TN"), ("الرباط", "Rabat", "MA"), ("الجزائر", "Algiers", "DZ"),
    ("الرياض", "Riyadh", "SA"), ("دبي", "Dubai", "AE"), ("الدوحة", "Doha", "QA"),
    ("مسقط", "Muscat", "OM"), ("بغداد", "Baghdad", "IQ"), ("الكويت", "Kuwait City", "KW"),
    ("نواكشوط", "Nouakchott", "MR"), ("جيبوتي", "Djibouti", "DJ"),
)  # fmt: skip
TITLES = (
    ("{topic}: تجارب من المنطقة", "{topic}: experiences from the region"),
    ("{topic} في {city}: ما الذي نجح؟", "{topic} in {city}: what worked?"),
    ("من الخطة إلى التنفيذ: {topic}", "From plan to practice: {topic}"),
    ("لقاء تبادل الأقران حول {topic}", "A peer exchange on {topic}"),
    ("دروس خمس سنوات في {topic}", "Five years of lessons in {topic}"),
)
SUMMARIES = (
    (
        "ثلاثة بلدان تعرض ما قامت به وما تعثّر، ثم يناقش الحضور ما يصلح لبلدانهم.",
        (
            "Three countries show what they did and where they stumbled; then all discuss what "
            "would suit their own."
        ),
    ),
    (
        "يجمع اللقاء من يديرون البرامج يوميًّا لتبادل الأدوات والنماذج والأسئلة المفتوحة.",
        (
            "The meeting brings together those who run programmes day by day, to exchange tools, "
            "forms and open questions."
        ),
    ),
    (
        "عرض قصير يليه عمل في مجموعات، وتُنشر الخلاصات في المكتبة بعد أسبوعين.",
        (
            "A short presentation, then work in groups; the conclusions are published in the "
            "library two weeks later."
        ),
    ),
)
PARAGRAPHS = (
    (
        (
            "طلبت بلدان عدة لقاءً عمليًّا حول هذا الموضوع بعد أن بدأت إصلاحًا واسعًا. ويتناول البرنامج "
            "التحضير القانوني والتقني، وإشراك البلديات، وقياس الأثر."
        ),
        (
            "Several countries asked for a practical meeting on this subject after starting a "
            "broad reform. The programme covers legal and technical preparation, the part of the "
            "municipalities, and the measurement of results."
        ),
    ),
    (
        (
            "### ما يحمله المشاركون معهم\n\n- نموذج جاهز للتكييف\n- قائمة تحقّق من عشر خطوات\n"
            "- أسماء من مرّوا بالتجربة ويجيبون عن الأسئلة"
        ),
        (
            "### What participants take home\n\n- a form that is ready to adapt\n- a checklist of "
            "ten steps\n- the names of people who have been through it and answer questions"
        ),
    ),
    (
        "تُعقد الجلسات بالعربية مع ترجمة إلى **الإنجليزية**، ويُرسل جدول الأعمال قبل أسبوع.",
        (
            "Sessions are held in Arabic with interpretation into **English**; the agenda is sent "
            "a week before."
        ),
    ),
    (
        "بعد اللقاء تُنشر مذكرة من صفحتين، ويبقى التواصل مفتوحًا بين من شاركوا فيه.",
        "A note of two pages follows, and those who took part stay in touch.",
    ),
)
SESSION_TITLES = (
    ("الافتتاح والتعارف", "Opening and introductions"),
    ("تجارب البلدان", "Country experiences"),
    ("العمل في مجموعات", "Work in groups"),
    ("الجانب التقني: البيانات والربط", "The technical side: data and links"),
    ("زيارة ميدانية", "Field visit"),
    ("أسئلة وأجوبة", "Questions and answers"),
    ("الخلاصات والخطوات التالية", "Conclusions and next steps"),
)
HIGHLIGHTS = (
    (
        "اتفقت البلدان على نشر نماذجها ليستفيد منها الآخرون.",
        "The countries agreed to publish their forms for others to use.",
    ),
    (
        "تبيّن أن إشراك البلديات من البداية يختصر نصف الوقت.",
        "It turned out that bringing the municipalities in from the start halves the time.",
    ),
    (
        "أُطلقت مجموعة عمل تجتمع كل ثلاثة أشهر.",
        "A working group was started that meets every three months.",
    ),
)
FIGURES = (("مشارك ومشاركة", "participants"), ("بلدًا", "countries"), ("جهة", "organisations"))
