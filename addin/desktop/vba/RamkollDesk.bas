Attribute VB_Name = "RamkollDesk"
Option Explicit
Option Private Module

' The way to the desk: the small process of ramkoll desktop, which listens on this machine only. It
' says where in its address file. It answers at once, and drives Excel when our macro has ended.

Public Const DESK_CALLS As String = "/api/v1/desk/calls"
Public Const DESK_UNDO As String = "/api/v1/desk/undo"

Private Const LOOPBACK As String = "http://127.0.0.1:"
Private Const PROXY_DIRECT As Long = 1
' Windows takes some two seconds to find out that nobody listens.
Private Const MS_TO_CONNECT As Long = 5000
Private Const MS_TO_ANSWER As Long = 10000
Private Const MOST_CHARACTERS As Long = 1000

' What WinHTTP and VBA say, by number.
Private Const NO_OBJECT As Long = 429
Private Const TIMED_OUT As Long = -2147012894
Private Const NO_CONNECTION As Long = -2147012867
Private Const CONNECTION_LOST As Long = -2147012866
Private Const NO_HTTP As Long = -2147012744

Private mIsGone As Boolean

' Ask the desk for something. Gives "" when it will do so, else what to tell the user.
Public Function AskDesk(ByVal method As String, ByVal path As String, ByVal body As String) As String
    Dim address As String
    Dim secret As String
    Dim request As Object
    Dim number As Long
    mIsGone = False
    AskDesk = ReadAddress(AddressFile(), address, secret)
    If Len(AskDesk) > 0 Then
        mIsGone = True
        Exit Function
    End If
    On Error GoTo Failed
    Set request = CreateObject("WinHttp.WinHttpRequest.5.1")
    request.SetProxy PROXY_DIRECT
    request.SetTimeouts MS_TO_CONNECT, MS_TO_CONNECT, MS_TO_ANSWER, MS_TO_ANSWER
    request.Open method, address & path, False
    request.SetRequestHeader "Authorization", "Bearer " & secret
    request.SetRequestHeader "Accept", "text/plain"
    If Len(body) > 0 Then
        request.SetRequestHeader "Content-Type", "application/json"
        request.Send body
    Else
        request.Send
    End If
    AskDesk = AnswerWords(request.Status, request.ResponseText)
    Exit Function
Failed:
    number = Err.Number
    mIsGone = IsNobody(number)
    AskDesk = UnansweredWords(number)
End Function

' Whether nobody was there the last time that the desk was asked.
Public Function DeskIsGone() As Boolean
    DeskIsGone = mIsGone
End Function

Public Function HasAddress() As Boolean
    Dim address As String
    Dim secret As String
    HasAddress = Len(ReadAddress(AddressFile(), address, secret)) = 0
End Function

' Where the desk says how it is reached.
Public Function AddressFile() As String
    Dim between As String
    between = Application.PathSeparator
    AddressFile = Environ$("LOCALAPPDATA") & between & "Ramkoll" & between & "skrivbord.txt"
End Function

' Read the address and the secret, a line each. Gives "" when both are there, else what is wrong.
Public Function ReadAddress(ByVal path As String, ByRef address As String, _
        ByRef secret As String) As String
    Dim channel As Integer
    Dim lines() As String
    address = ""
    secret = ""
    On Error GoTo Missing
    channel = FreeFile
    Open path For Input As #channel
    On Error GoTo Broken
    ' Not Line Input, which would take a file of bare line feeds for one line.
    lines = Split(Replace(Input$(LOF(channel), #channel), vbCr, ""), vbLf)
    Close #channel
    address = Trim$(lines(0))
    secret = Trim$(lines(1))
    If Not IsLoopback(address) Or Len(secret) = 0 Then ReadAddress = BrokenWords(path)
    Exit Function
Missing:
    ReadAddress = "Ramkoll är inte igång." & vbLf & TodoWords()
    Exit Function
Broken:
    Close #channel
    ReadAddress = BrokenWords(path)
End Function

' The secret is sent to this machine and nowhere else.
Public Function IsLoopback(ByVal address As String) As Boolean
    Dim port As String
    Dim position As Long
    If Left$(address, Len(LOOPBACK)) <> LOOPBACK Then Exit Function
    port = Mid$(address, Len(LOOPBACK) + 1)
    If Len(port) = 0 Or Len(port) > 5 Then Exit Function
    For position = 1 To Len(port)
        If InStr("0123456789", Mid$(port, position, 1)) = 0 Then Exit Function
    Next position
    IsLoopback = True
End Function

' What an answer means: "" when the desk will do what it was asked.
Public Function AnswerWords(ByVal status As Long, ByVal words As String) As String
    Select Case status
        Case 200 To 299
            AnswerWords = ""
        Case 401, 403, 421
            AnswerWords = "Ramkoll har startats om och känner inte igen Excel." & vbLf & TodoWords()
        Case Else
            ' A minus sign of the kind that Windows' own box cannot show.
            AnswerWords = Left$(Trim$(Replace(words, ChrW(8722), "-")), MOST_CHARACTERS)
            If Not IsPlain(AnswerWords) Then
                AnswerWords = "Ramkoll svarade med ett fel (" & CStr(status) & ")." & vbLf & _
                    "Klicka på knappen igen. Händer det igen: be IT se i Ramkolls logg."
            End If
    End Select
End Function

' What to tell when there was no answer.
Public Function UnansweredWords(ByVal number As Long) As String
    Select Case number
        Case NO_CONNECTION, CONNECTION_LOST, NO_HTTP
            UnansweredWords = "Ramkoll har stannat." & vbLf & TodoWords()
        Case TIMED_OUT
            UnansweredWords = "Ramkoll svarade inte i tid." & vbLf & _
                "Vänta en stund och klicka på knappen igen. Händer det igen: be IT starta om " & _
                "ramkoll desktop."
        Case NO_OBJECT
            UnansweredWords = "Excel kommer inte åt Windows egen del för anrop (WinHTTP)." & vbLf & _
                "Be IT kontrollera att den finns och inte är spärrad för makron."
        Case Else
            UnansweredWords = "Ramkoll går inte att nå (fel " & CStr(number) & ")." & vbLf & _
                TodoWords()
    End Select
End Function

' Words for a person: not nothing, no page and no JSON of another program.
Private Function IsPlain(ByVal words As String) As Boolean
    IsPlain = Len(words) > 0 And InStr("<{[", Left$(words & "<", 1)) = 0
End Function

Private Function IsNobody(ByVal number As Long) As Boolean
    IsNobody = (number = NO_CONNECTION) Or (number = CONNECTION_LOST) Or (number = NO_HTTP)
End Function

Private Function BrokenWords(ByVal path As String) As String
    BrokenWords = "Filen som säger hur Ramkoll nås går inte att använda: " & path & vbLf & _
        TodoWords()
End Function

Private Function TodoWords() As String
    TodoWords = "Logga ut från Windows och in igen, eller be IT starta ramkoll desktop. " & _
        "Klicka sedan på knappen igen."
End Function

Public Function CallJson(ByVal command As String, ByVal book As Object) As String
    CallJson = "{""command"":" & JsonText(command) & ",""arguments"":{}," & _
        Mid$(PlaceJson(book), 2)
End Function

' Which workbook of which Excel. A workbook in SharePoint has an address for a full name, and one
' that has never been saved its name: the desk makes of them what it can.
Public Function PlaceJson(ByVal book As Object) As String
    Dim bookName As String
    Dim bookPath As String
    If Not book Is Nothing Then
        bookName = book.Name
        bookPath = book.FullName
    End If
    PlaceJson = "{""hwnd"":" & WindowNumber() & ",""book"":" & JsonText(bookName) & _
        ",""path"":" & JsonText(bookPath) & "}"
End Function

' A text as JSON in ASCII, so that no setting of the machine can change it on the way.
Public Function JsonText(ByVal words As String) As String
    Dim made As String
    Dim position As Long
    Dim code As Long
    For position = 1 To Len(words)
        code = AscW(Mid$(words, position, 1)) And 65535
        If code < 32 Or code > 126 Or code = 34 Or code = 92 Then
            made = made & "\u" & Right$("000" & Hex$(code), 4)
        Else
            made = made & Mid$(words, position, 1)
        End If
    Next position
    JsonText = """" & made & """"
End Function

' The window of this Excel, by which it is told from another one; 0 when it does not say.
Public Function WindowNumber() As String
    WindowNumber = "0"
    On Error Resume Next
    WindowNumber = CStr(Application.Hwnd)
    On Error GoTo 0
End Function
