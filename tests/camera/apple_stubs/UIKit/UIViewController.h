#pragma once

#import <UIKit/UIBars.h>

NS_ASSUME_NONNULL_BEGIN

@class UINavigationController;
@class UIPopoverPresentationController;
@class UISheetPresentationController;

@interface UIViewController : UIResponder
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle
    NS_DESIGNATED_INITIALIZER;
- (nullable instancetype)initWithCoder:(NSCoder*)coder
    NS_DESIGNATED_INITIALIZER;
@property(null_resettable, nonatomic, strong) UIView* view;
@property(nullable, nonatomic, readonly, strong)
    UIView* viewIfLoaded API_AVAILABLE(ios(9.0));
@property(nonatomic, readonly, getter=isViewLoaded) BOOL viewLoaded;
@property(nullable, nonatomic, copy) NSString* title;
- (void)loadView;
- (void)viewDidLoad;
- (void)viewWillLayoutSubviews;
- (void)viewDidLayoutSubviews;
- (void)viewWillAppear:(BOOL)animated NS_REQUIRES_SUPER;
- (void)viewDidAppear:(BOOL)animated NS_REQUIRES_SUPER;
- (void)viewWillDisappear:(BOOL)animated NS_REQUIRES_SUPER;
- (void)viewDidDisappear:(BOOL)animated NS_REQUIRES_SUPER;
- (void)didReceiveMemoryWarning;
- (void)presentViewController:(UIViewController*)controller
                     animated:(BOOL)animated
                   completion:(void (^_Nullable)(void))completion;
@property(nullable, nonatomic, readonly)
    UIViewController* presentedViewController;
- (void)dismissViewControllerAnimated:(BOOL)animated
                           completion:(void (^_Nullable)(void))completion;
@property(nullable, nonatomic, readonly)
    UIPopoverPresentationController* popoverPresentationController;
@property(nullable, nonatomic, readonly)
    UISheetPresentationController* sheetPresentationController
        API_AVAILABLE(ios(15.0));
@property(nonatomic, readonly, strong) UINavigationItem* navigationItem;
@property(nullable, nonatomic, readonly, strong)
    UINavigationController* navigationController;
@property(nullable, nonatomic, strong) NSArray<UIBarButtonItem*>* toolbarItems;
@end

@interface UINavigationController : UIViewController
- (instancetype)initWithRootViewController:(UIViewController*)rootViewController
    NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle
    NS_DESIGNATED_INITIALIZER;
- (nullable instancetype)initWithCoder:(NSCoder*)coder
    NS_DESIGNATED_INITIALIZER;
- (void)pushViewController:(UIViewController*)controller
                  animated:(BOOL)animated;
- (nullable UIViewController*)popViewControllerAnimated:(BOOL)animated;
- (nullable NSArray<__kindof UIViewController*>*)
    popToViewController:(UIViewController*)controller
               animated:(BOOL)animated;
- (void)setNavigationBarHidden:(BOOL)hidden animated:(BOOL)animated;
- (void)setToolbarHidden:(BOOL)hidden animated:(BOOL)animated;
@end

NS_ASSUME_NONNULL_END
