"""How people tell a language model, in 17 languages, to leave its task or to give a good score.

Each slot is a list of phrases. A ``*`` stands for an ending. Case and accents don't count.
`rules.py` says which slots make an instruction.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The phrases of one language.

    Attributes:
        leave: to ignore, forget.
        earlier: previous, above, your own.
        orders: instructions, prompt, rules.
        above: what stands alone for all that came before, such as "the above".
        give: to give, rate, answer.
        text: the translation that is judged; words that are rare in other texts.
        best: the best score.
        flawless: without any error, said of a translation.
        refrain: not to, never.
        mark: to mark, report.
        errors: errors, mistakes.
        alone: only, exactly.
        become: you are now, from now on.
        machine: a language model or a judge.
        to_machine: a salutation of such a reader.
        signs: phrases that are an attempt by themselves.
        spaced: whether spaces stand between words, and words have their endings behind them.
        verb_first: whether what is to be ignored never stands before the verb.
    """

    leave: str
    earlier: str
    orders: str
    above: str
    give: str
    text: str
    best: str
    flawless: str
    refrain: str
    mark: str
    errors: str
    alone: str
    become: str
    machine: str
    to_machine: str = ""
    signs: str = ""
    spaced: bool = True
    verb_first: bool = False


WORDINGS: dict[str, Wording] = {
    "en": Wording(
        leave=(
            "ignore|disregard|forget|override|bypass|discard|skip|neglect|do not follow|"
            "don't follow|stop following"
        ),
        earlier=(
            "previous|previously|prior|above|earlier|preceding|foregoing|your|system|original|"
            "initial|existing|given|other|before|past|all|any|every|these|those"
        ),
        orders=(
            "instruction*|prompt*|directive*|guideline*|rubric*|criteria|orders|system message*|"
            "commands"
        ),
        above=(
            "the above|all above|everything above|all of the above|what came before|"
            "everything before|everything you were told|all that was said|everything i said|"
            "everything so far|everything you know|everything we discussed|"
            "everything you have been told|all that came before|what you were asked|"
            "what you were told|what you have been told|what you have been asked|what i asked"
        ),
        give=(
            "give|assign|award|rate|score|grade|return|output|print|answer|respond|reply|write|"
            "set|put|evaluate|mark|report|deserve*|merit*|must get|should get|must receive|"
            "should receive|is worth"
        ),
        text=(
            "translation*|this segment|this segments|this output|this response|this answer|"
            "this text|this sentence|hypothesis|every segment|each segment|all segments|"
            "this system|this candidate"
        ),
        best=(
            "100|one hundred|full marks|full score|full points|maximum score|max score|"
            "maximum points|highest score|highest possible score|top score|perfect score|"
            "best score|maximum rating|highest rating|highest mark|top mark|perfect rating|"
            "best rating|10/10|5/5|10 out of 10|five stars|5 stars|excellent"
        ),
        flawless=(
            "is perfect|is flawless|is excellent|perfect and|has no error*|contains no error*|"
            "no errors|without error*|zero errors|error-free|error free|is completely correct|"
            "is fully correct|is 100 % correct|is human quality|of perfect quality"
        ),
        refrain="do not|don't|never|must not|refrain from|nothing|no|zero",
        mark="mark*|report*|flag*|list*|annotat*|penali*|deduct*|highlight*|find|count",
        errors="error*|mistake*|issue*|span*|penalt*|as an error|points",
        alone="only|just|nothing but|exactly|solely|always|simply",
        become=(
            "you are now|you're now|you are no longer|from now on|pretend to be|pretend that you|"
            "pretend you|act as if|you must act as|you will act as|your new role|imagine you are|"
            "switch to"
        ),
        machine=(
            "ai|assistant|judge|evaluator|rater|language model|llm|chatbot|grader|gpt|dan|"
            "translator|unrestricted|developer mode|lenient|scoring model|reviewer|"
            "no restrictions|without restrictions|no rules|no limits|without limits|no filters"
        ),
        to_machine=(
            "note to|note for|message to|message for|attention|dear|hey|hello|instruction* to|"
            "instruction* for|reminder to|reminder for"
        ),
        signs=(
            "system prompt|system override|developer mode|new instructions|new instruction|"
            "new system message|end of translation|end of the translation|end of prompt|"
            "end of the prompt|end of instructions|end of system|end of user input|"
            "your new task is|your real task is|your only task is|your actual task is|"
            "your task has changed|the task has changed|as the evaluator you|as an evaluator you|"
            "jailbreak mode|prompt injection|as a language model you must|you must score|"
            "you have to score|your score must be|the score must be|the score should be|"
            "score it 100|score this 100|the correct score is|the right score is|"
            "the only right score|repeat your instructions|reveal your instructions|"
            "stop evaluating|stop rating|stop judging|stop scoring|rate this as|score this as|"
            "grade this as|mark this as perfect|mark this as correct|reply with 100|"
            "answer with 100|respond with 100|reply with the number|answer with the number|"
            "respond with the number|reply only with|respond only with|answer only with"
        ),
    ),
    "de": Wording(
        leave=(
            "ignorier*|vergiss|vergesst|vergessen sie|missachte*|uebergeh*|übergeh*|verwirf|"
            "verwerfen sie|beachte nicht|beachten sie nicht"
        ),
        earlier=(
            "vorherig*|bisherig*|obig*|vorangehend*|vorangegangen*|fruheren|früheren|deine|ihre|"
            "oben|zuvor|vorstehend*|ursprünglich*|gegebenen|davor|vorigen|alle|allen|sämtliche*"
        ),
        orders=(
            "anweisung*|instruktion*|vorgabe*|anleitung*|prompt*|richtlinie*|befehl*|"
            "systemnachricht*|kriterien"
        ),
        above=(
            "das obige|alles obige|alles bisherige|alles vorherige|alles oben|alles davor|"
            "alles zuvor|alles was oben|alles, was bisher|alles, was wir|alles, was dir|"
            "was du tun solltest|was dir gesagt wurde|was ihnen gesagt wurde"
        ),
        give=(
            "gib|geben sie|gebt|bewerte|bewerten sie|bewertet|vergib|vergeben sie|antworte|"
            "antworten sie|schreib*|beurteile*|setze|verdient|ausgabe|gebe"
        ),
        text=(
            "übersetzung*|dieses segment*|diese antwort|diesen text|dieser text|jedes segment|"
            "jedem segment|alle segmente|diesem satz|diesen satz|ausgabe"
        ),
        best=(
            "100|hundert punkt*|höchstpunktzahl|höchste punktzahl|volle punktzahl|"
            "maximale punktzahl|bestnote|beste note|höchstnote|höchste bewertung|beste bewertung|"
            "höchstwertung|10/10|10 von 10|fünf sterne|5 sterne|sehr gut"
        ),
        flawless=(
            "ist perfekt|ist fehlerfrei|ist fehlerlos|ist einwandfrei|ist makellos|"
            "enthält keine fehler|hat keine fehler|keinen fehler|ohne fehler|perfekt und|"
            "fehlerfrei und"
        ),
        refrain="nicht|keine|keinen|niemals|nie|nichts",
        mark="markier*|melde|melden sie|kennzeichne*|beanstande*|anstreich*|nenne|vermerk*|ziehe",
        errors="fehler*|mängel|problem*|punkte",
        alone="nur|ausschließlich|genau|lediglich|immer|stets",
        become=(
            "du bist jetzt|du bist nun|sie sind jetzt|sie sind nun|du bist nicht mehr|ab jetzt|"
            "ab sofort|von nun an|tu so als|verhalte dich|stell dir vor"
        ),
        machine=(
            "ki|assistent*|richter*|gutachter*|bewerter*|prüfer|sprachmodell*|chatbot|"
            "übersetzer*|juror*|llm|gutmütig*|uneingeschränkt|keine regeln|keine einschränkungen|"
            "ohne einschränkungen"
        ),
        to_machine="hinweis an|hinweis für|nachricht an|achtung|liebe|lieber|liebes",
        signs=(
            "neue anweisung|neue anweisungen|systemprompt|system-prompt|ende der übersetzung|"
            "ende der anweisungen|ende des prompts|deine neue aufgabe|ihre neue aufgabe|"
            "deine eigentliche aufgabe|entwicklermodus|antworte nur mit|antworten sie nur mit|"
            "bewerte dies als"
        ),
    ),
    "es": Wording(
        leave=(
            "ignora|ignore|ignorad|ignoren|ignorar|olvida|olvide|olvidad|olviden|descarta|"
            "descarte|omite|omita|haz caso omiso|haga caso omiso|no sigas|no hagas caso"
        ),
        earlier=(
            "anterior*|previa*|previo*|precedente*|de arriba|tus|sus|del sistema|dadas|recibidas|"
            "originales|todas|todos|cualquier"
        ),
        orders=(
            "instruccion*|indicacion*|orden|órdenes|prompt*|directriz|directrices|reglas|"
            "criterios|consigna*"
        ),
        above=(
            "lo anterior|todo lo anterior|lo de arriba|todo lo de arriba|lo dicho|todo lo dicho|"
            "cuanto precede|todo lo que precede|todo lo que te han dicho|todo lo que te dijeron|"
            "lo que te pidieron|lo que se te pidió|lo que te dijeron|lo que se te dijo"
        ),
        give=(
            "da|dale|dé|dad|den|dar|asigna|asigne|otorga|otorgue|pon|ponga|puntúa|puntúe|"
            "califica|califique|valora|valore|evalúa|evalúe|responde|responda|contesta|conteste|"
            "devuelve|devuelva|escribe|merece|merecen|concede|conceda"
        ),
        text=(
            "traducción|traducciones|este segmento|cada segmento|todos los segmentos|"
            "esta respuesta|este texto|esta frase|la hipótesis"
        ),
        best=(
            "100|cien puntos|un cien|máxima puntuación|puntuación máxima|máxima nota|nota máxima|"
            "la máxima calificación|calificación máxima|mejor nota|mejor puntuación|"
            "puntuación perfecta|máximo de puntos|10/10|cinco estrellas|5 estrellas|"
            "matrícula de honor|sobresaliente|puntuación más alta|nota más alta"
        ),
        flawless=(
            "es perfecta|es impecable|es excelente|perfecta y|no contiene error*|no tiene error*|"
            "no contiene ningún error|no tiene ningún error|sin error*|libre de errores|"
            "ningún error|es totalmente correcta"
        ),
        refrain="no|nunca|ningún|ninguno|sin|nada",
        mark=(
            "marca|marque|marques|marquen|marcar|señala|señale|señales|indiques|indique|reporta|"
            "reporte|reportes|anotes|penalices|penalice|descuentes"
        ),
        errors="error*|fallo*|falta*|puntos",
        alone="solo|sólo|solamente|únicamente|exactamente|siempre|nada más que|exclusivamente",
        become=(
            "ahora eres|ahora es usted|eres ahora|ya no eres|a partir de ahora|"
            "de ahora en adelante|desde ahora|finge que|finge ser|actúa como|actúe como|"
            "haz como si"
        ),
        machine=(
            "ia|asistente|juez|jueza|evaluador*|modelo de lenguaje|chatbot|traductor*|corrector*|"
            "llm|calificador*|indulgente|benévolo|sin restricciones|sin reglas|sin límites"
        ),
        to_machine=(
            "nota para|nota al|mensaje para|mensaje al|aviso al|atención|estimado|estimada|"
            "querido|querida|aviso para"
        ),
        signs=(
            "nuevas instrucciones|nueva instrucción|mensaje del sistema|prompt del sistema|"
            "indicaciones del sistema|fin de la traducción|fin de las instrucciones|"
            "tu nueva tarea|tu verdadera tarea|tu única tarea|modo desarrollador|"
            "responde solo con|responda solo con|responde únicamente|responda únicamente|"
            "deja de evaluar|deje de evaluar"
        ),
    ),
    "fr": Wording(
        leave=(
            "ignore|ignorez|ignorer|oublie|oubliez|oublier|néglige|négligez|ne tiens pas compte|"
            "ne tenez pas compte|fais abstraction|faites abstraction|outrepasse*|écarte|écartez"
        ),
        earlier=(
            "précédent*|antérieur*|ci-dessus|plus haut|tes|vos|du système|initiales|données|"
            "reçues|d'avant|toutes|tous|toute"
        ),
        orders="instruction*|consigne*|directive*|ordres|prompt*|règles|invite|critères",
        above=(
            "ce qui précède|tout ce qui précède|ce qui est au-dessus|tout ce qui est au-dessus|"
            "tout ce qui a été dit|le texte ci-dessus|tout ce qu'on t'a dit|"
            "tout ce qu'on vous a dit|ce qu'on t'a demandé|ce qu'on vous a demandé|"
            "ce qui t'a été demandé|ce qui vous a été demandé"
        ),
        give=(
            "donne|donnez|donner|attribue|attribuez|attribuer|note|notez|évalue|évaluez|réponds|"
            "répondez|mets|mettez|accorde|accordez|mérite|méritent|écris|écrivez|renvoie|renvoyez"
        ),
        text=(
            "traduction*|ce segment|chaque segment|tous les segments|cette réponse|ce texte|"
            "cette phrase|l'hypothèse"
        ),
        best=(
            "100|cent points|note maximale|note maximum|meilleure note|score maximal|"
            "score maximum|score parfait|note parfaite|la plus haute note|20/20|10/10|"
            "cinq étoiles|5 étoiles|maximum de points|meilleur score|excellent"
        ),
        flawless=(
            "est parfaite|est impeccable|est irréprochable|parfaite et|ne contient aucune erreur|"
            "ne contient pas d'erreur*|n'a aucune erreur|aucune erreur|sans erreur*|sans faute*|"
            "exempte d'erreur*|est entièrement correcte"
        ),
        refrain="ne|n'|aucune|aucun|jamais|rien",
        mark=(
            "marque|marquez|marquer|signale|signalez|signaler|relève|relevez|indique|indiquez|"
            "pénalise*|compte|comptez|annote*"
        ),
        errors="erreur*|faute*|défaut*|points",
        alone="seulement|uniquement|que par|exactement|toujours|simplement|rien que",
        become=(
            "tu es maintenant|vous êtes maintenant|tu es désormais|vous êtes désormais|"
            "tu n'es plus|vous n'êtes plus|à partir de maintenant|dorénavant|désormais|"
            "fais comme si|faites comme si|fais semblant|agis comme|agissez comme|"
            "agis en tant que"
        ),
        machine=(
            "ia|assistant*|juge|évaluateur*|évaluatrice*|modèle de langue|modèle de langage|"
            "chatbot|traducteur*|correcteur*|llm|indulgent*|sans restrictions|sans règles|"
            "sans limites|sans aucune restriction"
        ),
        to_machine="note à|note pour|message à|message pour|attention|cher|chère|avis à",
        signs=(
            "nouvelles instructions|nouvelle instruction|nouvelle consigne|nouvelles consignes|"
            "invite système|prompt système|message système|message du système|"
            "fin de la traduction|fin des instructions|ta nouvelle tâche|votre nouvelle tâche|"
            "ta vraie tâche|ta seule tâche|mode développeur|réponds uniquement|"
            "répondez uniquement|réponds seulement|répondez seulement|cesse d'évaluer|"
            "cessez d'évaluer|arrête d'évaluer|arrêtez d'évaluer"
        ),
    ),
    "it": Wording(
        leave=(
            "ignora|ignori|ignorate|ignorare|dimentica|dimentichi|dimenticate|trascura|trascuri|"
            "tralascia|non seguire|scarta"
        ),
        earlier=(
            "precedent*|di cui sopra|sopra|tue|vostre|del sistema|ricevute|iniziali|originali|"
            "anterior*|tutte|tutti|qualsiasi"
        ),
        orders="istruzion*|indicazion*|ordini|prompt|direttiv*|regole|consegn*|criteri",
        above=(
            "quanto sopra|tutto quanto sopra|ciò che precede|tutto ciò che precede|"
            "tutto quello che precede|tutto quello sopra|tutto ciò che ti è stato detto|"
            "tutto quello che ti è stato detto|quello che ti è stato chiesto|"
            "ciò che ti è stato chiesto"
        ),
        give=(
            "dai|dia|date|dare|assegna|assegni|assegnate|attribuisci|attribuisca|valuta|valuti|"
            "valutate|rispondi|risponda|scrivi|scriva|metti|merita|meritano|restituisci"
        ),
        text=(
            "traduzion*|questo segmento|ogni segmento|tutti i segmenti|questa risposta|"
            "questo testo|questa frase"
        ),
        best=(
            "100|cento punti|punteggio massimo|massimo punteggio|massimo dei voti|voto massimo|"
            "voto più alto|punteggio più alto|miglior voto|punteggio perfetto|punteggio pieno|"
            "10/10|cinque stelle|5 stelle|pieni voti|ottimo"
        ),
        flawless=(
            "è perfetta|è impeccabile|è ineccepibile|perfetta e|non contiene error*|"
            "non ha error*|non contiene alcun errore|nessun errore|senza error*|priva di error*|"
            "è del tutto corretta"
        ),
        refrain="non|nessun|mai|niente|nulla",
        mark=(
            "segnala|segnali|segnalare|segna|segnare|marca|marcare|indicare|riporta|riportare|"
            "penalizzare|annotare"
        ),
        errors="error*|sbagli|difett*|punti",
        alone="solo|soltanto|solamente|esattamente|sempre|unicamente|esclusivamente",
        become=(
            "ora sei|adesso sei|sei ora|non sei più|d'ora in poi|da ora in poi|da adesso|"
            "fingi di|fai finta|comportati come|agisci come"
        ),
        machine=(
            "ia|assistente|giudice|valutator*|valutatrice|modello linguistico|"
            "modello di linguaggio|chatbot|traduttor*|revisor*|llm|indulgente|senza restrizioni|"
            "senza regole|senza limiti"
        ),
        to_machine=(
            "nota per|nota al|messaggio per|messaggio al|attenzione|caro|cara|gentile|avviso per"
        ),
        signs=(
            "nuove istruzioni|nuova istruzione|messaggio di sistema|prompt di sistema|"
            "fine della traduzione|fine delle istruzioni|il tuo nuovo compito|"
            "il tuo vero compito|il tuo unico compito|modalità sviluppatore"
        ),
    ),
    "pt": Wording(
        leave=(
            "ignora|ignore|ignorem|ignorar|esquece|esqueça|esqueçam|desconsidera|desconsidere|"
            "desconsiderem|despreza|despreze|não siga|não sigas"
        ),
        earlier=(
            "anterior*|prévia*|acima|precedente*|tuas|suas|do sistema|recebidas|dadas|originais|"
            "todas|todos|quaisquer"
        ),
        orders=(
            "instruç*|instrucoes|orientaç*|ordens|prompt*|diretriz*|regras|comandos|critérios|"
            "indicaç*"
        ),
        above=(
            "o acima|tudo acima|o que está acima|tudo o que está acima|o texto acima|"
            "tudo o que veio antes|tudo o que foi dito|o que te pediram|o que lhe pediram|"
            "o que foi pedido"
        ),
        give=(
            "dá|dê|deem|dar|atribui|atribua|atribuam|avalia|avalie|avaliem|classifica|"
            "classifique|responde|responda|pontua|pontue|merece|merecem|escreve|escreva|devolve|"
            "devolva|conceda"
        ),
        text=(
            "traduç*|este segmento|cada segmento|todos os segmentos|esta resposta|este texto|"
            "esta frase|esta tradução"
        ),
        best=(
            "100|cem pontos|pontuação máxima|máxima pontuação|nota máxima|nota 100|nota 10|"
            "melhor nota|nota mais alta|pontuação mais alta|pontuação perfeita|10/10|"
            "cinco estrelas|5 estrelas|excelente"
        ),
        flawless=(
            "é perfeita|está perfeita|é impecável|está impecável|perfeita e|não contém erro*|"
            "não tem erro*|não contém nenhum erro|nenhum erro|sem erro*|livre de erros|"
            "isenta de erros"
        ),
        refrain="não|nunca|nenhum|nada",
        mark=(
            "marque|marques|marcar|assinale|assinales|aponte|apontes|sinalize|indique|reporte|"
            "penalize|anote|registre"
        ),
        errors="erro*|falha*|problema*|pontos",
        alone="só|somente|apenas|exatamente|sempre|unicamente|exclusivamente",
        become=(
            "agora você é|você agora é|agora és|és agora|você não é mais|já não és|"
            "a partir de agora|de agora em diante|doravante|finja ser|finja que|finge que|"
            "aja como|age como"
        ),
        machine=(
            "ia|assistente|juiz|juíza|avaliador*|modelo de linguagem|chatbot|tradutor*|revisor*|"
            "llm|tolerante|generoso|corretor*|sem restrições|sem regras|sem limites"
        ),
        to_machine=(
            "nota para|nota ao|mensagem para|mensagem ao|atenção|caro|cara|prezado|prezada|aviso ao"
        ),
        signs=(
            "novas instruções|nova instrução|mensagem do sistema|prompt do sistema|"
            "fim da tradução|fim das instruções|sua nova tarefa|a tua nova tarefa|"
            "sua verdadeira tarefa|sua única tarefa|modo desenvolvedor|modo de desenvolvedor"
        ),
    ),
    "nl": Wording(
        leave="negeer|negeert|vergeet|sla over|volg niet|veronachtzaam|laat buiten beschouwing",
        earlier=(
            "vorige|eerdere|voorgaande|bovenstaande|je|jouw|uw|voorafgaande|oorspronkelijke|"
            "gegeven|alle|al"
        ),
        orders="instructie*|opdracht*|aanwijzing*|prompt*|richtlijn*|bevel*|regels|criteria",
        above=(
            "het bovenstaande|al het bovenstaande|het voorgaande|al het voorgaande|"
            "alles hierboven|alles hiervoor|alles wat hierboven|wat je is gevraagd|"
            "wat u is gevraagd|wat je werd gevraagd"
        ),
        give="geef|geeft|beoordeel|ken|waardeer|antwoord|schrijf|verdient|zet|score",
        text="vertaling*|dit segment|elk segment|alle segmenten|dit antwoord|deze tekst|deze zin",
        best=(
            "100|honderd punten|maximale score|hoogste score|volle punten|maximumscore|topscore|"
            "perfecte score|hoogste cijfer|beste score|10/10|een 10|vijf sterren|5 sterren|"
            "uitstekend"
        ),
        flawless=(
            "is perfect|is foutloos|is vlekkeloos|perfect en|bevat geen fouten|heeft geen fouten|"
            "geen enkele fout|zonder fouten|foutloos en"
        ),
        refrain="niet|geen|nooit|niets",
        mark="markeer|meld|vermeld|noteer|streep|rapporteer|benoem|trek",
        errors="fout|fouten|problemen|punten",
        alone="alleen|slechts|enkel|precies|altijd|uitsluitend",
        become=(
            "je bent nu|jij bent nu|u bent nu|je bent niet langer|vanaf nu|doe alsof|gedraag je als"
        ),
        machine=(
            "ai|assistent|rechter|beoordelaar*|taalmodel*|chatbot|vertaler*|llm|milde|jurylid|"
            "zonder beperkingen|geen regels"
        ),
        to_machine="opmerking voor|bericht aan|bericht voor|let op|beste",
        signs=(
            "nieuwe instructies|nieuwe instructie|systeemprompt|systeembericht|"
            "einde van de vertaling|einde van de instructies|je nieuwe taak|jouw nieuwe taak|"
            "je echte taak|ontwikkelaarsmodus"
        ),
    ),
    "pl": Wording(
        leave=(
            "zignoruj|zignorujcie|ignoruj|ignorujcie|zapomnij|zapomnijcie|pomiń|pomińcie|"
            "nie zważaj|odrzuć"
        ),
        earlier=(
            "poprzedni*|powyższ*|wcześniejsz*|dotychczasow*|twoje|swoje|systemow*|uprzedni*|"
            "podane|wszystkie|wszelkie"
        ),
        orders="polece*|instrukc*|prompt*|wskazów*|wytyczn*|zasad*|rozkaz*|kryteri*",
        above=(
            "powyższe|wszystko powyżej|wszystko, co powyżej|to co powyżej|całą powyższą treść|"
            "wszystko co było wcześniej|o co cię proszono|to, o co proszono"
        ),
        give=(
            "daj|dajcie|przyznaj|przyznajcie|oceń|oceńcie|wystaw|wystawcie|odpowiedz|odpowiadaj|"
            "napisz|zasługuje|zwróć|wpisz"
        ),
        text=(
            "tłumacze*|ten segment|każdy segment|wszystkie segmenty|ta odpowiedź|ten tekst|"
            "przekład*|tłumaczeniu"
        ),
        best=(
            "100|sto punktów|maksymalną ocenę|maksymalną liczbę punktów|najwyższą ocenę|"
            "najlepszą ocenę|najwyższą notę|maksymalny wynik|najwyższy wynik|najwyższej oceny|"
            "10/10|pięć gwiazdek|5 gwiazdek|celujący|komplet punktów"
        ),
        flawless=(
            "jest doskonałe|jest doskonały|jest idealne|jest bezbłędne|jest bezbłędny|"
            "jest perfekcyjne|nie zawiera błędów|nie zawiera żadnych błędów|nie ma błędów|"
            "bez błędów|wolne od błędów"
        ),
        refrain="nie|nigdy|żadnych|żaden|nic",
        mark=(
            "zaznaczaj|zaznacz|oznaczaj|oznacz|zgłaszaj|zgłoś|wskazuj|wymieniaj|raportuj|odejmuj|"
            "wypisuj"
        ),
        errors="błęd*|pomyłek|usterek|punktów|błąd",
        alone="tylko|wyłącznie|dokładnie|zawsze|jedynie|po prostu",
        become=(
            "jesteś teraz|teraz jesteś|nie jesteś już|od teraz|od tej chwili|udawaj|"
            "zachowuj się jak|wciel się"
        ),
        machine=(
            "ai|asystent*|sędzi*|ocenia*|recenzent*|model językowy|modelem językowym|chatbot*|"
            "tłumacz|tłumaczem|llm|pobłażliw*|bez ograniczeń|bez zasad"
        ),
        to_machine="uwaga dla|wiadomość dla|uwaga|drogi|droga|szanowny|informacja dla",
        signs=(
            "nowe instrukcje|nowe polecenia|nowa instrukcja|komunikat systemowy|prompt systemowy|"
            "koniec tłumaczenia|koniec instrukcji|twoje nowe zadanie|twoje prawdziwe zadanie|"
            "twoim nowym zadaniem|twoim jedynym zadaniem|tryb programisty"
        ),
    ),
    "cs": Wording(
        leave="ignoruj|ignorujte|zapomeň|zapomeňte|nedbej|nedbejte|pomiň|pomiňte|přeskoč|neřiď se",
        earlier=(
            "předchozí*|předešl*|výše uveden*|dřívějš*|dosavadní*|své|tvé|systémov*|původní|výše|"
            "všechny|veškeré"
        ),
        orders="pokyn*|instrukc*|prompt*|příkaz*|pravid*|zadání|kritéri*|směrnic*",
        above=(
            "vše výše|všechno výše|vše výše uvedené|to, co je výše|vše předchozí|"
            "vše, co bylo řečeno"
        ),
        give=(
            "dej|dejte|uděl|udělte|ohodnoť|ohodnoťte|přiděl|přidělte|odpověz|odpovězte|odpovídej|"
            "napiš|napište|zaslouží|vrať|hodnoť"
        ),
        text=(
            "překlad*|tento segment|každý segment|všechny segmenty|tato odpověď|tento text|"
            "tuto větu"
        ),
        best=(
            "100|sto bodů|plný počet bodů|nejvyšší hodnocení|nejlepší hodnocení|maximální skóre|"
            "nejvyšší skóre|plné skóre|nejvyšší známku|maximum bodů|10/10|pět hvězdiček|"
            "5 hvězdiček|výborně"
        ),
        flawless=(
            "je dokonalý|je bezchybný|je perfektní|je bez chyby|je bez chyb|neobsahuje chyby|"
            "neobsahuje žádné chyby|nemá chyby|nemá žádné chyby|bezchybný a|dokonalý a"
        ),
        refrain="ne|nikdy|žádné|žádnou|nic|neoznačuj|neoznačujte|nehlas|nehlaste|nevyznačuj",
        mark=(
            "neoznačuj*|neoznačujte|označuj|označ|nehlas*|hlas|nevyznačuj*|neuváděj*|uváděj|"
            "nezapočítávej"
        ),
        errors="chyb*|nedostatk*|problém*|bodů",
        alone="jen|pouze|jenom|přesně|vždy|výhradně",
        become=(
            "nyní jsi|teď jsi|jsi nyní|jsi teď|už nejsi|odteď|od této chvíle|od nynějška|"
            "předstírej|chovej se jako"
        ),
        machine=(
            "ai|asistent*|soudce|hodnotitel*|jazykový model|chatbot*|překladatel*|llm|shovívav*|"
            "porotce|bez omezení|bez pravidel"
        ),
        to_machine="poznámka pro|zpráva pro|pozor|milý|milá|vážený|upozornění pro",
        signs=(
            "nové pokyny|nový pokyn|nové instrukce|systémová zpráva|systémový prompt|"
            "konec překladu|konec pokynů|tvůj nový úkol|tvým novým úkolem|tvůj skutečný úkol|"
            "tvým jediným úkolem|vývojářský režim"
        ),
    ),
    "ru": Wording(
        leave=(
            "игнорируй|игнорируйте|проигнорируй|проигнорируйте|игнорировать|забудь|забудьте|"
            "отбрось|отбросьте|не обращай внимания|не обращайте внимания|не следуй|пренебреги"
        ),
        earlier=(
            "предыдущ*|прежн*|вышеуказанн*|вышеизложенн*|предшествующ*|свои|твои|ваши|системн*|"
            "выше|ранее|данные|прошлые|все|всех|любые"
        ),
        orders="инструкци*|указани*|промпт*|команд*|правил*|предписани*|критери*|распоряжени*",
        above=(
            "вышесказанное|всё вышесказанное|вышеизложенное|всё вышеизложенное|всё, что выше|"
            "все что выше|всё предыдущее|всё, что было раньше|сказанное выше|"
            "то, что тебе сказали|то, о чём тебя просили|что тебе говорили"
        ),
        give=(
            "поставь|поставьте|ставь|дай|дайте|оцени|оцените|присвой|присвойте|выставь|выставьте|"
            "ответь|ответьте|отвечай|отвечайте|напиши|напишите|выведи|выведите|заслуживает|верни"
        ),
        text=(
            "перевод|перевода|переводу|переводом|переводы|этот сегмент|этому сегменту|"
            "каждый сегмент|каждому сегменту|все сегменты|этот ответ|этот текст|этому тексту"
        ),
        best=(
            "100|сто баллов|высший балл|высшую оценку|высшая оценка|максимальный балл|"
            "максимальную оценку|наивысший балл|наивысшую оценку|максимум баллов|"
            "максимальной оценки|высшей оценки|10/10|пять звёзд|5 звёзд|отлично"
        ),
        flawless=(
            "идеален|безупречен|совершенен|безошибочен|не содержит ошибок|нет ошибок|без ошибок|"
            "ни одной ошибки|полностью верен|отличный и"
        ),
        refrain="не|никогда|никаких|ни одной|ничего",
        mark=(
            "отмечай|отмечайте|помечай|помечайте|сообщай|сообщайте|указывай|указывайте|выделяй|"
            "выделяйте|снимай|снимайте|ищи|находи"
        ),
        errors="ошиб*|недочёт*|проблем*|баллы",
        alone="только|лишь|ровно|всегда|исключительно|просто",
        become=(
            "теперь ты|теперь вы|ты теперь|вы теперь|ты больше не|вы больше не|отныне|"
            "с этого момента|представь, что|притворись|веди себя как"
        ),
        machine=(
            "ии|ассистент*|помощник*|судья|судьёй|судьей|оценщик*|языковая модель|"
            "языковой моделью|чат-бот*|чатбот*|переводчик*|llm|эксперт*|снисходительн*|"
            "без ограничений|без правил"
        ),
        to_machine=(
            "примечание для|сообщение для|внимание|дорогой|дорогая|уважаемый|уважаемая|заметка для"
        ),
        signs=(
            "новые инструкции|новая инструкция|новые указания|системное сообщение|"
            "системный промпт|конец перевода|конец инструкций|твоя новая задача|"
            "ваша новая задача|твоя настоящая задача|твоя единственная задача|режим разработчика"
        ),
    ),
    "uk": Wording(
        leave=(
            "ігноруй|ігноруйте|проігноруй|проігноруйте|забудь|забудьте|відкинь|не зважай|"
            "не зважайте|знехтуй"
        ),
        earlier=(
            "попередн*|вищевказан*|вищенаведен*|свої|твої|ваші|системн*|вище|раніше|дані|всі|усі|"
            "будь-які"
        ),
        orders="інструкці*|вказівк*|промпт*|команд*|правил*|настанов*|критері*",
        above=(
            "вищесказане|все вищесказане|вищенаведене|все вищенаведене|все, що вище|усе, що вище|"
            "все попереднє|усе попереднє|те, що тобі сказали|про що тебе просили"
        ),
        give=(
            "постав|поставте|став|дай|дайте|оціни|оцініть|присвой|вистав|виставте|відповідай|"
            "відповідайте|напиши|напишіть|виведи|заслуговує|поверни"
        ),
        text=(
            "переклад|перекладу|перекладом|переклади|цей сегмент|цьому сегменту|кожен сегмент|"
            "кожному сегменту|усі сегменти|ця відповідь|цей текст|цьому тексту"
        ),
        best=(
            "100|сто балів|найвищий бал|найвищу оцінку|максимальний бал|максимальну оцінку|"
            "максимум балів|найвищої оцінки|10/10|п'ять зірок|5 зірок|відмінно"
        ),
        flawless=(
            "ідеальний|бездоганний|досконалий|не містить помилок|немає помилок|без помилок|"
            "жодної помилки|повністю правильний"
        ),
        refrain="не|ніколи|жодних|жодної|нічого",
        mark="позначай|позначайте|відзначай|повідомляй|вказуй|вказуйте|виділяй|знімай|шукай",
        errors="помил*|недолік*|проблем*|бали",
        alone="тільки|лише|рівно|завжди|виключно|просто",
        become=(
            "тепер ти|тепер ви|ти тепер|ви тепер|ти більше не|відтепер|від цього моменту|"
            "уяви, що|удавай|поводься як"
        ),
        machine=(
            "ші|асистент*|помічник*|суддя|суддею|оцінювач*|мовна модель|мовною моделлю|чат-бот*|"
            "чатбот*|перекладач*|llm|експерт*|поблажлив*|без обмежень|без правил"
        ),
        to_machine="примітка для|повідомлення для|увага|дорогий|шановний|шановна",
        signs=(
            "нові інструкції|нова інструкція|нові вказівки|системне повідомлення|"
            "системний промпт|кінець перекладу|кінець інструкцій|твоє нове завдання|"
            "твоє справжнє завдання|твоє єдине завдання|режим розробника"
        ),
    ),
    "tr": Wording(
        leave="yok say*|görmezden gel*|unut|unutun|dikkate alma*|göz ardı et*|önemseme*|boş ver",
        earlier="önceki|yukarıdaki|evvelki|daha önceki|kendi|sistem|verilen|mevcut|tüm|bütün|her",
        orders="talimat*|yönerge*|komut*|istem|istemi|prompt*|kural*|emir*|ölçüt*",
        above=(
            "yukarıdakiler*|yukarıdaki her şey*|yukarıda yazan*|öncesindeki her şey*|"
            "bundan önceki her şey*"
        ),
        give="ver|verin|puanla*|değerlendir*|yanıtla*|cevap ver*|yaz|yazın|hak ediyor|hak eder|ata",
        text=(
            "çeviri*|bu bölüm*|her bölüm*|tüm bölümler*|bu yanıt*|bu metin*|bu metne|bu cümle*|"
            "tercüme*"
        ),
        best=(
            "100|yüz puan|tam puan|en yüksek puan*|maksimum puan*|en iyi puan*|en yüksek not*|"
            "10/10|beş yıldız|5 yıldız|mükemmel"
        ),
        flawless=(
            "kusursuz*|hatasız*|mükemmeldir|hata yok|hiçbir hata yok|hata içermiyor|hiç hata yok|"
            "tamamen doğru"
        ),
        refrain="hiçbir|asla|hiç|sakın|işaretleme|bildirme|belirtme",
        mark="işaretle*|bildir*|belirt*|raporla*|kırma|kırmayın",
        errors="hata*|yanlış*|sorun*|puan",
        alone="sadece|yalnızca|yalnız|tam olarak|her zaman|daima",
        become=(
            "artık sen|sen artık|artık bir|bundan böyle|bundan sonra|şu andan itibaren|"
            "gibi davran|rolünü üstlen"
        ),
        machine=(
            "yapay zeka|asistan*|yargıç*|hakem*|değerlendirici*|dil modeli*|sohbet robotu*|"
            "çevirmen*|llm|hoşgörülü|kısıtlamasız|sınırsız"
        ),
        to_machine="için not|dikkat|sevgili|sayın|için mesaj",
        signs=(
            "yeni talimatlar|yeni talimat|sistem mesajı|sistem istemi|çevirinin sonu|"
            "talimatların sonu|yeni görevin|asıl görevin|tek görevin|geliştirici modu"
        ),
    ),
    "ar": Wording(
        leave="تجاهل|تجاهلي|تجاهلوا|انس |انسى|انسَ|اهمل|أهمل|تغاض|لا تتبع|اترك",
        earlier="السابق|أعلاه|اعلاه|المذكور|الخاصة بك|السالف|النظام|ما سبق|المعطاة|تعليماتك",
        orders=(
            "تعليمات|التعليمات|إرشادات|الإرشادات|الأوامر|أوامر|توجيهات|التوجيهات|القواعد|"
            "المطالبة|المعايير"
        ),
        above="كل ما سبق|ما سبق|كل ما ورد أعلاه|ما ورد أعلاه|ما جاء أعلاه|كل ما جاء",
        give="أعط|اعط|امنح|قيم|قيّم|ضع|أجب|اجب|اكتب|سجل|تستحق|يستحق|رد ب",
        text="الترجمة|ترجمة|هذا المقطع|كل مقطع|هذا النص|هذه الجملة|هذه الإجابة",
        best=(
            "100|١٠٠|مئة درجة|مائة درجة|الدرجة الكاملة|أعلى درجة|الدرجة القصوى|درجة كاملة|"
            "العلامة الكاملة|أعلى تقييم|أعلى علامة|الحد الأقصى|خمس نجوم|ممتاز"
        ),
        flawless=(
            "مثالية|خالية من الأخطاء|خالية من أي|لا تحتوي على أخطاء|لا تحتوي على أي|بلا أخطاء|"
            "بدون أخطاء|ليس فيها أخطاء|لا توجد أخطاء|لا خطأ فيها|ممتازة و"
        ),
        refrain="لا |ولا |أبدا|أي ",
        mark="تضع علامة|تحدد|تبلغ|تذكر|تسجل|تشر إلى|تعلم على|تخصم",
        errors="أخطاء|خطأ|الأخطاء|أغلاط|نقاط",
        alone="فقط|حصرا|دائما|لا غير|بالضبط|وحده",
        become="أنت الآن|انت الان|من الآن فصاعدا|منذ الآن|لم تعد|تظاهر|تصرف ك|ابتداء من الآن",
        machine=(
            "ذكاء اصطناعي|الذكاء الاصطناعي|مساعد|قاض|قاضي|حكم|مقيم|مقيّم|نموذج لغوي|روبوت|مترجم|"
            "متساهل"
        ),
        to_machine="ملاحظة إلى|ملاحظة ل|رسالة إلى|انتباه|عزيزي|إلى المقيم",
        signs=(
            "تعليمات جديدة|التعليمات الجديدة|رسالة النظام|نهاية الترجمة|نهاية التعليمات|"
            "مهمتك الجديدة|مهمتك الحقيقية|مهمتك الوحيدة|وضع المطور"
        ),
        spaced=False,
    ),
    "hi": Wording(
        leave="अनदेखा|नज़रअंदाज़|नजरअंदाज|उपेक्षा|भूल जा|ध्यान न दें|ध्यान मत",
        earlier="पिछले|पिछली|ऊपर|पहले के|पूर्व|उपरोक्त|अपने|सिस्टम|दिए गए",
        orders="निर्देश|आदेश|नियम|प्रॉम्प्ट|हिदायत|मानदंड|दिशानिर्देश",
        above="उपरोक्त को|ऊपर लिखे|ऊपर की सब|ऊपर की सभी बात|ऊपर कही|ऊपर के सब",
        give="दें|दो |दीजिए|दे दो|मूल्यांकन|उत्तर|जवाब|लिखें|योग्य|हकदार",
        text="अनुवाद|इस खंड|इस वाक्य|हर खंड|इस पाठ|इस उत्तर",
        best=("100|१००|सौ अंक|पूरे अंक|पूर्ण अंक|अधिकतम अंक|सर्वोच्च अंक|उच्चतम अंक|सर्वोत्तम|सबसे ऊंचा|पांच सितारे"),
        flawless=(
            "एकदम सही|पूर्णतः सही|पूरी तरह सही|त्रुटिहीन|कोई त्रुटि नहीं|कोई गलती नहीं|"
            "बिना त्रुटि|बिना गलती|निर्दोष"
        ),
        refrain="मत|न करें|नहीं|कभी|कोई",
        mark="चिह्नित|बताएं|दर्ज|रिपोर्ट|उल्लेख|काटें",
        errors="त्रुटि|गलती|गलतियाँ|गलतियां|अशुद्धि|अंक",
        alone="केवल|सिर्फ|सिर्फ़|हमेशा|बस",
        become="अब आप|अब तुम|आप अब|तुम अब|अब से|मान लो|की तरह व्यवहार",
        machine="एआई|सहायक|न्यायाधीश|जज|मूल्यांकनकर्ता|भाषा मॉडल|चैटबॉट|अनुवादक|उदार",
        to_machine="के लिए नोट|के लिए संदेश|ध्यान दें|प्रिय",
        signs=(
            "नए निर्देश|नया निर्देश|सिस्टम संदेश|सिस्टम प्रॉम्प्ट|अनुवाद का अंत|अनुवाद समाप्त|"
            "निर्देश समाप्त|आपका नया काम|आपका नया कार्य|तुम्हारा नया काम|डेवलपर मोड"
        ),
        spaced=False,
    ),
    "zh": Wording(
        leave=(
            "忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要理會|不用管|别管|抛开|不必遵守|"
            "不要遵守|跳过"
        ),
        earlier="以上|上面|上述|之前|先前|前面|此前|你的|您的|系统|系統|原有|原来|所有",
        orders="指示|指令|说明|說明|提示|要求|规则|規則|命令|准则|標準|标准|设定",
        above=(
            "以上内容|以上內容|以上所有内容|上面的内容|上述内容|上述內容|上面所有|以上的一切|"
            "之前的内容|上文|你被告知的|之前要求的"
        ),
        give="给|給|打|评|評|输出|輸出|返回|回答|回复|回覆|评分|評分|应得|應得|值得|判",
        text="译文|譯文|翻译|翻譯|这一段|此段|每一段|每段|这个句子|这句话|这段文字|该句",
        best="100|一百分|满分|滿分|最高分|最高的分数|最高分數|最高评分|五星|最佳|优秀",
        flawless=(
            "完美无|完美無|是完美的|很完美|非常完美|十分完美|没有错误|沒有錯誤|没有任何错误|"
            "沒有任何錯誤|无任何错误|毫无错误|零错误|没有任何问题|完全正确|完全正確|"
            "无懈可击"
        ),
        refrain="不要|不得|請勿|请勿|切勿|不可|绝不|无需",
        mark="标记|標記|标注|標註|标出|报告|報告|指出|列出|扣|记录",
        errors="错误|錯誤|问题|問題|错处|分",
        alone="只|仅|僅|一律|总是|總是|永远|直接",
        become=(
            "你现在是|你現在是|您现在是|从现在起|從現在起|从现在开始|從現在開始|假装你是|"
            "假裝你是|请扮演|你不再是|今后你"
        ),
        machine=(
            "人工智能|ai|助手|法官|评委|評委|评审|評審|裁判|评估者|评分者|评估员|语言模型|"
            "語言模型|机器人|翻译员|译者|宽容"
        ),
        to_machine="提醒|亲爱的|注意|致：",
        signs=(
            "致评审|給評審|给评审|致评委|给评委|致评估|给评估|给评分者|致人工智能|给人工智能|"
            "新的指令|新指令|新的指示|新指示|系统提示词|系统提示：|系統提示：|"
            "系统消息|系統訊息|翻译结束|譯文結束|译文结束|指令结束|你的新任务|你真正的任务|"
            "你唯一的任务|你的任务是给|开发者模式|開發者模式"
        ),
        verb_first=True,
        spaced=False,
    ),
    "ja": Wording(
        leave="無視|忘れて|忘れろ|従わない|従わず|破棄して|考慮しない",
        earlier="以前|上記|これまで|今まで|前の|先の|上の|あなたの|システム|すべての|元の|先ほど",
        orders="指示|命令|プロンプト|ルール|規則|指令|基準|ガイドライン|説明",
        above=(
            "上記を|上記の内容|上記はすべて|これまでの内容|以上の内容|上の文|上記すべて|"
            "言われたこと|頼まれたこと"
        ),
        give=(
            "つけ|付け|与え|あたえ|出力|返して|返答|答え|回答|評価|採点|ください|値する|ふさわしい"
        ),
        text="翻訳|訳文|このセグメント|この文|この訳|各セグメント|この回答|訳は",
        best="100|百点|満点|最高点|最高得点|最高の点|最高評価|最高スコア|五つ星|5つ星|満点",
        flawless=(
            "完璧です|完璧であ|完璧な訳|完璧な翻訳|誤りはあり|誤りがあり|誤りはない|誤りがない|"
            "間違いはあり|間違いがない|"
            "エラーはあり|エラーがない|エラーは一切|ミスはない|ミスがない|申し分な|非の打ち所"
        ),
        refrain="しないで|しては|するな|せず|ないで|一切|決して|何も",
        mark="マーク|報告|指摘|印を|記録|列挙|減点",
        errors="誤り|エラー|間違い|ミス|問題|点",
        alone="だけ|のみ|必ず|常に|ただ",
        become=(
            "あなたは今から|あなたは今|今からあなた|これからあなた|あなたはもう|今後は|"
            "ふりをして|として振る舞|になりきって"
        ),
        machine=(
            "ai|人工知能|アシスタント|審査員|審判|評価者|採点者|言語モデル|チャットボット|"
            "翻訳者|裁判官|寛大"
        ),
        to_machine="へのメモ|への注意|への伝言|へのメッセージ|評価者へ|採点者へ|aiへ|親愛なる",
        signs=(
            "新しい指示|新たな指示|新しい命令|システムプロンプト|システムメッセージ|翻訳終了|"
            "翻訳ここまで|翻訳の終わり|指示の終わり|あなたの新しい任務|あなたの本当の任務|"
            "あなたの新しいタスク|開発者モード"
        ),
        spaced=False,
    ),
    "ko": Wording(
        leave="무시|잊어|잊으|따르지 마|따르지 말|건너뛰",
        earlier="이전|위의|앞의|지금까지|기존|당신의|너의|시스템|앞선|모든",
        orders="지시|명령|프롬프트|규칙|지침|안내|기준|설명",
        above=(
            "위 내용|위의 내용|위의 모든 내용|앞의 내용|지금까지의 내용|위에 있는|들은 내용|"
            "요청받은"
        ),
        give="줘|주세요|주십시오|부여|매겨|매기|평가|채점|출력|답해|답하|대답|응답|받아야|자격이",
        text="번역|이 세그먼트|이 문장|각 세그먼트|모든 세그먼트|이 답변|번역문",
        best="100|백 점|백점|만점|최고점|최고 점수|최고 등급|최대 점수|별 다섯|별 5|최고의 점수",
        flawless="완벽|오류가 없|오류는 없|실수가 없|틀린 곳이 없|흠잡을 데|무결",
        refrain="마세요|말고|마라|하지 마|하지 말|않는다|아무|절대",
        mark="표시|보고|지적|기록|나열|감점",
        errors="오류|실수|에러|잘못|문제|점수",
        alone="만 |오직|항상|반드시|단지|그냥",
        become=(
            "당신은 이제|너는 이제|이제 당신|이제 너는|지금부터|이제부터|인 척|처럼 행동|더 이상"
        ),
        machine="인공지능|ai|어시스턴트|심사|판사|심판|평가자|채점자|언어 모델|챗봇|번역가|관대",
        to_machine="에게 알림|에게 보내는|에게 전하는|참고 사항|친애하는|평가자에게|평가자께",
        signs=(
            "새로운 지시|새 지시|새로운 명령|시스템 프롬프트|시스템 메시지|번역 끝|번역의 끝|"
            "지시 끝|당신의 새로운 임무|너의 새로운 임무|당신의 진짜 임무|"
            "개발자 모드"
        ),
        spaced=False,
    ),
}
"""By language tag."""
