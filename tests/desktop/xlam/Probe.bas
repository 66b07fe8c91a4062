Attribute VB_Name = "Probe"
Option Explicit

' Lets the tests call what takes objects or numbers: everything goes in and out as texts.

Public Function Ask(ByVal what As String, ByVal first As String, ByVal second As String) As String
    Dim address As String
    Dim secret As String
    Dim events As RamkollEvents
    Dim control As FakeControl
    Dim answer As Variant
    On Error GoTo Failed
    Select Case what
        Case "JsonText"
            Ask = JsonText(first)
        Case "CallJson"
            Ask = CallJson(first, ActiveBook())
        Case "CallJson of nothing"
            Ask = CallJson(first, Nothing)
        Case "PlaceJson"
            Ask = PlaceJson(ActiveBook())
        Case "KindOf"
            Ask = CStr(KindOf(ActiveBook()))
        Case "GetEnabled"
            Set control = New FakeControl
            control.Tag = first
            Ramkoll_GetEnabled control, answer
            Ask = CStr(answer)
        Case "IsEnabled without a workbook"
            Ask = CStr(IsEnabled(first, Nothing))
        Case "Hindrance"
            Ask = Hindrance(ActiveBook())
        Case "Hindrance without a workbook"
            Ask = Hindrance(Nothing)
        Case "ReadAddress"
            Ask = ReadAddress(first, address, secret) & "|" & address & "|" & secret
        Case "AddressFile"
            Ask = AddressFile()
        Case "StartCommand"
            Ask = StartCommand(first)
        Case "AskDesk"
            Ask = AskDesk("POST", DESK_CALLS, "{}") & "|" & CStr(DeskIsGone())
        Case "UnansweredWords"
            Ask = UnansweredWords(CLng(first))
        Case "AnswerWords"
            Ask = AnswerWords(CLng(first), second)
        Case "FailureWords"
            Ask = FailureWords(CLng(first))
        Case "Quoted"
            Ask = Quoted(first)
        Case "PythonLine"
            Ask = PythonLine(first, "check", second, "C:\Program Files\Office\Microsoft Excel")
        Case "StartPython"
            Ask = StartPython(first, ActiveBook())
        Case "UsesPython"
            Ask = CStr(UsesPython())
        Case "AskAgain"
            AskAgain
            Set events = New RamkollEvents
            Ask = TypeName(events)
        Case Else
            Ask = "no such question"
    End Select
    Exit Function
Failed:
    Ask = "error " & CStr(Err.Number) & ": " & Err.Description
End Function
